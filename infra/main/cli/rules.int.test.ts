import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openedLog } from '../../erasure/opened-log.ts';
import { startTestApi, type TestApi, type TestUser } from '../../http/testing/api.ts';
import { changes, halts, restoreSetting, setSetting, settings, switchHalt, type View } from './rules.ts';

let api: TestApi;
let user: TestUser;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
});
afterAll(() => api.close());

const reading = () => ({ log: api.log, shown: openedLog(api.log, api.services.texts) });
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
    await expect(setSetting(api, 'model.l1', 'nope', 'r')).rejects.toMatchObject(invalid);
    await expect(setSetting(api, 'model.l1', '1', 'r')).rejects.toMatchObject(invalid);
    const unknown = { code: 'SETTING_UNKNOWN' };
    await expect(setSetting(api, 'nonsense', 'true', 'r')).rejects.toMatchObject(unknown);
    await expect(shown(changes('nonsense'))).rejects.toMatchObject(unknown);
    expect(await shown(changes('model.l1'))).toBe('It was never changed.');
  });

  it('[OPS-03] changes settings of the running server, and shows what was before', async () => {
    const before = await shown(settings);
    const offered = (await settings.find(reading())).find(({ key }) => key === 'language_matrix')?.value;
    await setSetting(
      api,
      'language_matrix',
      JSON.stringify({ ...Object(offered), FREE_TEXT: false }),
      'a trial',
    );
    expect((await request()).body['code']).toBe('GOAL_NOT_OFFERED');
    await restoreSetting(api, 'language_matrix', 0, 'it is over');
    expect((await request()).status).toBe(201);
    const lines = (await shown(changes('language_matrix'))).split('\n').slice(2);
    expect(lines.map((line) => line.split(/ {2,}/).at(-1))).toEqual(['a trial', 'it is over']);
    const after = await shown(settings);
    expect(after.replace(/(language_matrix +)2/, '$10')).toBe(before);
  });
});
