import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

type Method = NonNullable<InjectOptions['method']>;

const ask = async (method: Method, url: string, payload?: string) => {
  const response = await api.app.inject({
    method,
    url,
    ...(payload === undefined ? {} : { payload, headers: { 'content-type': 'text/odd' } }),
  });
  const { statusCode: status, headers, body } = response;
  return { status, allow: headers['allow'], body: body === '' ? null : JSON.parse(body), headers };
};

const ID = '00000000-0000-4000-8000-000000000000';

describe('a method that an address does not take', () => {
  it('[SEC-15] is refused with the methods that it does, by any wrong one of every route', async () => {
    const routes = Map.groupBy(api.app.accessRules, ({ url }) => url);
    expect(routes.size).toBeGreaterThan(100);
    for (const url of routes.keys()) {
      const { status, allow, body, headers } = await ask(
        'TRACE' as Method,
        url.replaceAll(/:\w+/g, ID).replace('*', 'x'),
      );
      expect([url, status, body.code]).toEqual([url, 405, 'METHOD_NOT_ALLOWED']);
      const methods = String(allow).split(', ');
      for (const { method } of routes.get(url) ?? []) expect(methods).toContain(method);
      expect(body).toMatchObject({ title: 'Method not allowed', allowed: methods });
      expect(headers['content-type']).toContain('application/problem+json');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('[SEC-15] is told before its body is read, without who may call it', async () => {
    expect(await ask('DELETE', '/api/v1/jobs?limit=1', 'no json')).toMatchObject({
      status: 405,
      allow: 'GET, HEAD, POST, OPTIONS',
    });
    expect(await ask('PUT', `/api/v1/jobs/${ID}`, 'no json')).toMatchObject({
      status: 405,
      allow: 'DELETE, GET, HEAD, OPTIONS',
    });
    expect(await ask('GET', '/api/v1/webhooks/payment')).toMatchObject({
      status: 405,
      allow: 'POST, OPTIONS',
    });
    // The same address, spelled otherwise.
    expect((await ask('GET', '/%68ealth/live')).status).toBe(200);
    expect((await ask('DELETE', '/%68ealth/live')).status).toBe(405);
    // Its answer would never end.
    expect((await ask('HEAD', `/api/v1/jobs/${ID}/logs`)).status).toBe(405);
  });

  it('[SEC-15] is no such answer where nothing is', async () => {
    const paths = [
      '/api/v1/none',
      `/api/v1/jobs/${ID}/context/more/x`,
      '/api/v1//',
      '/none',
      // No parameter of a path is a part of it that says less.
      '/health/live;x=1',
      '/api/v1/jobs;x?limit=1',
    ];
    for (const url of paths)
      for (const method of ['GET', 'PUT', 'OPTIONS'] as const) {
        const { status, allow, body } = await ask(method, url, 'no json');
        expect([url, status, body.code, allow]).toEqual([url, 404, 'ROUTE_NOT_FOUND', undefined]);
      }
  });

  it('[SEC-15] is no other answer where the route of files has no such file', async () => {
    const { status, body, headers } = await ask('GET', '/docs/static/none');
    expect([status, body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('[SEC-15] is told to who asks for it by OPTIONS', async () => {
    expect(await ask('OPTIONS', '/health/ready')).toMatchObject({
      status: 204,
      allow: 'GET, HEAD, OPTIONS',
      body: null,
    });
  });

  it('[SEC-15] is not HEAD, which answers what GET does without its body', async () => {
    const [head, get] = [await ask('HEAD', '/health/live'), await ask('GET', '/health/live')];
    expect([head.status, head.body]).toEqual([200, null]);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await ask('GET', '/api/v1/jobs?cursor=x')).status).toBe(401);
    expect((await ask('HEAD', '/api/v1/jobs?cursor=x')).status).toBe(401);
  });
});
