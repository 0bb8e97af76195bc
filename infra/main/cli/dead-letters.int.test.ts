import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deposited, opened } from '../../runtime/testing/sample.ts';
import { createWorld, eventually, type World } from '../../runtime/testing/world.ts';

const IAMA = join(import.meta.dirname, '..', '..', '..', 'extension', 'executor', 'bin', 'iama.mjs');

type Ended = Readonly<{ code: number; stdout: string; stderr: string }>;

// Every call is a process that loads the whole program.
describe('iama dead-letters', { timeout: 60_000 }, () => {
  let world: World;
  let broken = true;
  beforeAll(async () => {
    world = await createWorld();
    await world.pool.query('create table read.seen (stream text, version bigint)');
    await world.run({
      subscriptions: [
        {
          id: 'scribe',
          revision: 1,
          partitions: 1,
          handles: null,
          lanesOf: (event) => (event.type === 'Deposited' ? [event.metadata.streamName] : []),
          handle: async (deliveries, client) => {
            for (const { event, lane } of deliveries) {
              if (event.data['micros'] === 'poison' || (broken && event.data['micros'] === '13'))
                throw new Error(`cannot digest ${String(event.data['micros'])}`);
              const version = String(event.metadata.streamPosition);
              await client.query('insert into read.seen (stream, version) values ($1, $2)', [lane, version]);
            }
          },
        },
      ],
    });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'), deposited('bad', 1n));
    await world.append('odd', opened('odd'), deposited('odd', 13n), deposited('odd', 1n));
    await eventually(async () => {
      const { rowCount } = await world.pool.query(`select from runtime.dead_letters where status = 'parked'`);
      return rowCount === 2;
    });
  });
  afterAll(() => world.close());

  const iama = async (...args: readonly string[]): Promise<Ended> => {
    const env = { ...process.env, IAMA_DATABASE_URL: world.url };
    try {
      const ended = await promisify(execFile)(process.execPath, [IAMA, 'dead-letters', ...args], {
        env,
        timeout: 50_000,
      });
      return { code: 0, ...ended };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
      const { code, stdout, stderr } = error as Error & Ended;
      return { code, stdout, stderr };
    }
  };
  const seen = async (stream: string): Promise<readonly number[]> => {
    const { rows } = await world.pool.query<{ version: bigint }>(
      'select version from read.seen where stream = $1 order by version',
      [stream],
    );
    return rows.map(({ version }) => Number(version));
  };
  const idOf = async (lane: string): Promise<string> => {
    const { stdout } = await iama('list', '--json');
    const letters: readonly { id: string; lane: string }[] = JSON.parse(stdout);
    return letters.find((letter) => letter.lane === lane)?.id ?? '';
  };

  it('[ES-11] refuses what does not exist, is not asked for rightly, or has no reason', async () => {
    const missing = await iama('inspect', '999', '--json');
    expect([missing.code, JSON.parse(missing.stdout)]).toEqual([
      3,
      { code: 'DEAD_LETTER_NOT_FOUND', reason: expect.stringContaining('there is no dead letter 999') },
    ]);
    expect(missing.stderr).toContain('there is no dead letter 999 [DEAD_LETTER_NOT_FOUND]');
    expect((await iama('list', '--status', 'gone')).code).toBe(3);
    expect((await iama('skip', '1')).code).toBe(2);
    const blank = await iama('skip', await idOf('bad'), '--reason', '  ');
    expect([blank.code, blank.stderr]).toEqual([3, expect.stringContaining('REASON_REQUIRED')]);
    expect((await iama('list', '--limit', 'all')).code).toBe(2);
  });

  it('[ES-11] lists what is parked, for people and for programs', async () => {
    const { code, stdout } = await iama('list');
    expect(code).toBe(0);
    const [header, , ...rows] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^id +status +subscription +position +event +holds up +waiting/);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(/parked +scribe +2 +Deposited +bad +1 +3 +\S+ \S+ +cannot digest poison$/);
    const letters: unknown[] = JSON.parse((await iama('list', '--json', '--subscription', 'scribe')).stdout);
    expect(letters[1]).toMatchObject({
      subscription: 'scribe',
      lane: 'bad',
      position: 2,
      event_type: 'Deposited',
      status: 'parked',
      waiting: 1,
    });
    expect((await iama('list', '--subscription', 'other')).stdout).toContain('nothing is held up');
  });

  it('[ES-11] shows one with its event', async () => {
    const id = await idOf('bad');
    const { stdout } = await iama('inspect', id);
    expect(stdout).toContain('Deposited at position 2');
    expect(stdout).toContain('"micros": "poison"');
    const letter: unknown = JSON.parse((await iama('inspect', id, '--json')).stdout);
    expect(letter).toMatchObject({ id, event: { type: 'Deposited', metadata: { globalPosition: 2 } } });
  });

  it('[ES-11] skips with a reason that stays in the log, once', async () => {
    const id = await idOf('bad');
    const skipped = await iama('skip', id, '--reason', 'entered by hand', '--json');
    expect(skipped.code).toBe(0);
    expect(JSON.parse(skipped.stdout)).toMatchObject({ id, status: 'skipped' });
    await eventually(async () => (await seen('bad')).length === 1);
    expect(await seen('bad')).toEqual([3]);
    const { events } = await world.log.read(`dead-letter-${id}`);
    expect(events).toMatchObject([
      {
        type: 'DeadLetterSkipped',
        data: { reason: 'entered by hand', by: { type: 'admin', id: expect.stringMatching(/^cli:./) } },
        metadata: { actor: { type: 'admin' } },
      },
    ]);
    const again = await iama('skip', id, '--reason', 'once more');
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('DEAD_LETTER_SETTLED')]);
    expect((await world.log.read(`dead-letter-${id}`)).events).toHaveLength(1);
  });

  it('[ES-11] tries again once the cause is gone, and what waited follows', async () => {
    const id = await idOf('odd');
    broken = false;
    expect((await iama('retry', id)).code).toBe(0);
    await eventually(async () => (await seen('odd')).length === 2);
    expect(await seen('odd')).toEqual([2, 3]);
    expect((await world.log.read(`dead-letter-${id}`)).events).toMatchObject([
      { type: 'DeadLetterRetried', data: { reason: 'the cause is gone' } },
    ]);
    expect((await iama('list')).stdout).toContain('No dead letters');
  });
});
