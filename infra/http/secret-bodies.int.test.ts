import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';

const PASSWORD = 'correct horse battery';
const ANOTHER = 'zwei Amseln im Regen';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** The hash of each request, by the key that it came with. */
const keptHashes = async (): Promise<Record<string, string>> => {
  const { rows } = await api.pool.query<{ key: string; hash: string }>(
    `select key, encode(body_hash, 'hex') as hash from idempotency_keys`,
  );
  return Object.fromEntries(rows.map(({ key, hash }) => [key, hash]));
};
const send = (user: TestUser, method: 'POST' | 'DELETE', path: string, body: object, key: string) =>
  api.call(user, method, path, { body, headers: { 'idempotency-key': key } });

/** What somebody who has read the table would try out with each password that people use. */
const guesses = (method: string, path: string, body: object): string[] =>
  [{ method, url: `/api/v1${path}`, body }, body, PASSWORD, ANOTHER].map(canonicalHash);

describe('what is kept of a request with a password', () => {
  it('[SEC-14] is no hash of it: that is tried out a billion times a second, what bcrypt keeps is not', async () => {
    const [changing, leaving] = [await api.user(), await api.user()];
    const change = { current_password: PASSWORD, new_password: ANOTHER };
    const [first, second] = [randomUUID(), randomUUID()];
    expect((await send(changing, 'POST', '/auth/change-password', change, first)).status).toBe(200);
    const leave = { password: PASSWORD };
    expect((await send(leaving, 'DELETE', '/account', leave, second)).status).toBe(204);
    const kept = await keptHashes();
    for (const [user, key, guessed] of [
      [changing, first, guesses('POST', '/auth/change-password', change)],
      [leaving, second, guesses('DELETE', '/account', leave)],
    ] as const) {
      const hash = kept[`http:${user.userId}:${key}`];
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(guessed).not.toContain(hash);
    }
  });
});
