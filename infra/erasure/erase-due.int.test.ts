import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userStream } from '../../domain/identity/user.ts';
import { startTestApi, type TestApi } from '../http/testing/api.ts';
import { eraseDue } from './erase-due.ts';

const DAY_MS = 86_400_000;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);
const erase = (now: Date): Promise<number> =>
  eraseDue({ pool: api.pool, log: api.log, services: api.services }, now);
const typesOf = async (userId: string): Promise<string[]> =>
  (await api.log.read(userStream(userId))).events.map(({ type }) => type);

describe('an account that was deleted', () => {
  it('[ID-12] [ES-13] is erased by itself, once, and not before its time', async () => {
    const [ada, bob] = [await api.user(), await api.user()];
    const title = 'in words of my own';
    const { body } = await api.call(ada, 'POST', '/jobs', { body: { goal: 'FREE_TEXT', title } });
    const password = 'correct horse battery';
    expect((await api.call(ada, 'DELETE', '/account', { body: { password } })).status).toBe(204);
    const row = async () =>
      (await api.pool.query('select * from read.users where user_id = $1', [ada.userId])).rows[0];
    await api.settled(async () => (await row())?.erase_after !== null);

    expect(await erase(inDays(29))).toBe(0);
    expect(await typesOf(ada.userId)).toEqual(['UserRegistered', 'AccountDeleted']);
    expect(await erase(inDays(31))).toBe(1);
    await api.settled(async () => (await row()).erased_at !== null);
    expect(await erase(inDays(32))).toBe(0);
    expect(await typesOf(ada.userId)).toEqual(['UserRegistered', 'AccountDeleted', 'SubjectErased']);
    const [job] = (await api.log.read(`job-${String(body['job_id'])}`)).events;
    expect(api.services.texts.open(job?.data)?.['title']).toBe('[erased]');
    const credentials = await api.pool.query('select user_id from credentials');
    expect(credentials.rows).toEqual([{ user_id: bob.userId }]);
    expect(await typesOf(bob.userId)).toEqual(['UserRegistered']);
  });
});
