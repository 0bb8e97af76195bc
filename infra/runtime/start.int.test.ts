import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, answersTo, asking, busOf, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

describe('a worker that starts', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it('[ES-10] [SEC-05] waits for a database that ends its sessions, and works then', async () => {
    // The first three who take part lose their session over it.
    const owner = new pg.Client({ connectionString: world.ownerUrl });
    await owner.connect();
    await owner.query(`create sequence public.beginnings;
      grant usage on sequence public.beginnings to public;
      create function public.cut_off() returns trigger language plpgsql as $$ begin
        if nextval('public.beginnings') <= 3 then perform pg_terminate_backend(pg_backend_pid()); end if;
        return new;
      end $$;
      create trigger cut_off before insert on runtime.subscriptions for each row execute function public.cut_off()`);
    const ask = asking(async ({ data: { orderId } }) => [answer(orderId, 'yes')]);
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    const { rows } = await owner.query('select last_value::int as tried from public.beginnings');
    await owner.end();
    expect(rows).toEqual([{ tried: 4 }]);
    await place(world, '1', 'effect');
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect(world.reports.filter((line) => line.includes('waiting'))).toHaveLength(3);
  });
});
