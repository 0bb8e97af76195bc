import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { bearerOf } from './access.ts';

describe('the token of a request', () => {
  const app = fastify();
  app.get('/', async (request) => ({ token: bearerOf(request) }));
  const tokenIn = async (authorization: string): Promise<unknown> =>
    (await app.inject({ url: '/', headers: { authorization } })).json().token;

  it('[ID-03] is none where there is no one token of the scheme', async () => {
    for (const header of ['', 'Bearer', 'Basic abc', 'Bearer abc def', 'Bearer abc, Bearer def', 'abc'])
      expect([header, await tokenIn(header)]).toEqual([header, null]);
  });

  it('[ID-03] is what stands behind the scheme, however that is written', async () => {
    for (const header of ['Bearer abc', 'bearer abc', 'BEARER abc'])
      expect(await tokenIn(header)).toBe('abc');
  });
});
