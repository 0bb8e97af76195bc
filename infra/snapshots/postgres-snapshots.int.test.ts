import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../http/testing/api.ts';
import { postgresSnapshots } from './postgres-snapshots.ts';

const KEY = new Uint8Array(32).fill(7);

describe('snapshots of deciders', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const kept = async (stream: string, state: unknown = { credits: 5 }) => {
    const snapshots = postgresSnapshots(api.pool, KEY);
    const snapshot = { version: 300n, eventId: randomUUID(), state };
    await snapshots.keep(stream, 'form', snapshot);
    return { snapshots, snapshot };
  };

  it('[BIL-04] are found as they were kept, the newest only, by the form that made them', async () => {
    const { snapshots, snapshot } = await kept('account-a', { credits: 5, text: '"00123"' });
    expect(await snapshots.find('account-a', 'form')).toEqual(snapshot);
    expect(await snapshots.find('account-a', 'other')).toBeNull();
    expect(await snapshots.find('account-b', 'form')).toBeNull();
    const newer = { version: 500n, eventId: randomUUID(), state: { credits: 6 } };
    await snapshots.keep('account-a', 'other', newer);
    expect(await snapshots.find('account-a', 'form')).toBeNull();
    expect(await snapshots.find('account-a', 'other')).toEqual(newer);
  });

  it('[BIL-04] [SEC-12] are none where somebody else wrote them: no balance comes from the table', async () => {
    const { snapshots } = await kept('account-c');
    for (const change of [
      `state = '{"credits":500000}'`,
      'version = version + 1',
      'event_id = gen_random_uuid()',
      `mac = decode(repeat('00', 32), 'hex')`,
    ]) {
      await kept('account-c');
      expect(await snapshots.find('account-c', 'form')).not.toBeNull();
      await api.pool.query(`update decider_snapshots set ${change} where stream = 'account-c'`);
      expect(await snapshots.find('account-c', 'form'), change).toBeNull();
    }
    await kept('account-rich');
    await api.pool.query(`
      insert into decider_snapshots
      select 'account-poor', form, version, event_id, state, mac from decider_snapshots where stream = 'account-rich'`);
    expect(await snapshots.find('account-poor', 'form')).toBeNull();
    const otherKey = postgresSnapshots(api.pool, new Uint8Array(32).fill(8));
    expect(await otherKey.find('account-rich', 'form')).toBeNull();
  });

  it('[ES-13] go when the person is erased', async () => {
    const userId = randomUUID();
    const { snapshots } = await kept(`account-${userId}`);
    await api.services.erasure.erase(userId);
    expect(await snapshots.find(`account-${userId}`, 'form')).toBeNull();
  });
});
