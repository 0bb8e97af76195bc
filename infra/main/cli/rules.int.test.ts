import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openedLog } from '../../erasure/opened-log.ts';
import { startTestApi, type TestApi, type TestUser } from '../../http/testing/api.ts';
import { changes, halts, restoreSetting, setSetting, settings, switchHalt, type View } from './rules.ts';

let api: TestApi;
let user: TestUser;
let keysFolder: string;
beforeAll(async () => {
  api = await startTestApi();
  keysFolder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
  user = await api.user();
});
afterAll(async () => {
  await api.close();
  await rm(keysFolder, { recursive: true });
});

const reading = () => ({ ...api, keysFolder, shown: openedLog(api.log, api.services.texts) });
const shown = async <T>({ find, table }: View<T>): Promise<string> => table(await find(reading()));
const request = () => api.call(user, 'POST', '/jobs', { body: { goal: 'FREE_TEXT' } });

describe('iama admin halt', () => {
  it('[OPS-04] refuses a person who does not exist and a reason of blanks, and halts nothing', async () => {
    const nobody = switchHalt(api, { halted: true, user: randomUUID(), reason: 'r' });
    await expect(nobody).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await expect(switchHalt(api, { halted: true, reason: ' ' })).rejects.toMatchObject({
      code: 'REASON_REQUIRED',
    });
    expect(await shown(halts)).toBe('Nothing is halted.');
  });

  it('[OPS-04] halts the running server, and releases it', async () => {
    await switchHalt(api, { halted: true, reason: 'a bill' });
    await switchHalt(api, { halted: true, user: user.userId, reason: 'this one' });
    expect((await request()).body['code']).toBe('SPENDING_HALTED');
    const [, , first, second] = (await shown(halts)).split('\n');
    expect(first).toMatch(/^everybody +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +cli:\S+ +a bill$/);
    expect(second).toMatch(new RegExp(`^${user.userId} .* this one$`));
    await switchHalt(api, { halted: false, reason: 'paid' });
    expect((await request()).body['code']).toBe('SPENDING_HALTED');
    await switchHalt(api, { halted: false, user: user.userId, reason: 'paid' });
    expect((await request()).status).toBe(201);
  });
});

describe('iama admin config', () => {
  it('[OPS-03] refuses what is no setting, no JSON or does not fit', async () => {
    const invalid = { code: 'SETTING_INVALID' };
    await expect(setSetting(reading(), 'model.l1', 'nope', 'r')).rejects.toMatchObject(invalid);
    await expect(setSetting(reading(), 'model.l1', '1', 'r')).rejects.toMatchObject(invalid);
    const unknown = { code: 'SETTING_UNKNOWN' };
    await expect(setSetting(reading(), 'nonsense', 'true', 'r')).rejects.toMatchObject(unknown);
    await expect(shown(changes('nonsense'))).rejects.toMatchObject(unknown);
    expect(await shown(changes('model.l1'))).toBe('It was never changed.');
  });

  it('[OPS-03] changes settings of the running server, and shows what was before', async () => {
    const before = await shown(settings);
    const offered = (await settings.find(reading())).find(({ key }) => key === 'language_matrix')?.value;
    await setSetting(
      reading(),
      'language_matrix',
      JSON.stringify({ ...Object(offered), FREE_TEXT: false }),
      'a trial',
    );
    expect((await request()).body['code']).toBe('GOAL_NOT_OFFERED');
    await restoreSetting(reading(), 'language_matrix', 0, 'it is over');
    expect((await request()).status).toBe(201);
    const lines = (await shown(changes('language_matrix'))).split('\n').slice(2);
    expect(lines.map((line) => line.split(/ {2,}/).at(-2))).toEqual(['a trial', 'it is over']);
    const after = await shown(settings);
    expect(after.replace(/(language_matrix +)2/, '$10')).toBe(before);
  });

  it('[OPS-02] [SEC-14] names keys that are kept, and neither takes nor repeats one that is typed', async () => {
    const typed = 'sk_live_0123456789abcdefzq7canary';
    const set = (value: string) => setSetting(reading(), 'stripe.api_key_ref', value, 'rotated');
    for (const value of [typed, JSON.stringify(typed), '"stripe-2026"']) {
      const error = await set(value).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'SETTING_INVALID' });
      expect(JSON.stringify([error, String(error)])).not.toContain('zq7canary');
    }
    await writeFile(join(keysFolder, 'stripe-2026'), typed);
    await set('"stripe-2026"');
    expect(await shown(changes('stripe.api_key_ref'))).toMatch(/rotated +"stripe-2026"$/);
    const kept = await api.pool.query("select from events as one where one::text like '%zq7canary%'");
    expect(kept.rowCount).toBe(0);
    await restoreSetting(reading(), 'stripe.api_key_ref', 0, 'back');
  });
});
