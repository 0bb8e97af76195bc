import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { firstOperator } from './testing/operators.ts';

let api: TestApi;
let user: TestUser;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
});
afterAll(() => api.close());

const job = { goal: 'JAVASCRIPT_TO_TYPESCRIPT' };

it('a start may take long on a busy machine', () => {
  expect(api.app.initialConfig.pluginTimeout).toBeGreaterThanOrEqual(60_000);
});

describe('malformed requests', () => {
  const send = (payload: string, headers: Record<string, string> = {}) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/jobs',
      headers: { ...user.headers, 'content-type': 'application/json', ...headers },
      payload,
    });

  it('[SEC-15] are answered as problems, with a stable code and no detail of ours, as are bodies too deep and too large', async () => {
    const cases: readonly (readonly [string, Record<string, string>, number, string])[] = [
      ['{"goal":', {}, 400, 'MALFORMED_JSON'],
      ['nonsense', {}, 400, 'MALFORMED_JSON'],
      ['', {}, 422, 'VALIDATION_FAILED'],
      ['[]', {}, 422, 'VALIDATION_FAILED'],
      ['{"goal":7}', {}, 422, 'VALIDATION_FAILED'],
      ['{"goal":"FREE_TEXT","__proto__":{"x":1}}', {}, 400, 'MALFORMED_JSON'],
      ['{"goal":"FREE_TEXT","title":"\\ud83d"}', {}, 400, 'MALFORMED_JSON'],
      ['{"goal":"FREE_TEXT","\\ude00":1}', {}, 400, 'MALFORMED_JSON'],
      [`{"goal":${'['.repeat(40)}${']'.repeat(40)}}`, {}, 400, 'BODY_TOO_DEEP'],
      [`{"goal":${'['.repeat(200_000)}`, {}, 400, 'BODY_TOO_DEEP'],
      [`{"goal":"${'x'.repeat(300_000)}"}`, {}, 413, 'BODY_TOO_LARGE'],
      // Deep only to one who counts brackets within texts, or none that close.
      [`{"goal":"${'['.repeat(40)}\\"${'{'.repeat(40)}"}`, {}, 422, 'VALIDATION_FAILED'],
      [`{"goal":[${'[],'.repeat(40)}{}]}`, {}, 422, 'VALIDATION_FAILED'],
      ['goal=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['{}', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['{}', { 'idempotency-key': 'x'.repeat(201) }, 400, 'IDEMPOTENCY_KEY_INVALID'],
      [JSON.stringify(job), { 'idempotency-key': '' }, 400, 'IDEMPOTENCY_KEY_INVALID'],
    ];
    for (const [payload, headers, status, code] of cases) {
      const response = await send(payload, headers);
      expect([code, response.statusCode, response.json().code]).toEqual([code, status, code]);
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('are refused where the address carries what no name of a stream and no database can hold', async () => {
    const { headers } = await firstOperator(api);
    for (const [method, url, by] of [
      ['GET', '/api/v1/jobs?goal=%00', user.headers],
      ['GET', '/api/v1/jobs?cursor=a%00b', user.headers],
      ['DELETE', '/api/v1/auth/sessions/%0d%0a', user.headers],
      ['GET', '/api/v1/admin/audit/streams/%00', headers],
      ['GET', '/api/v1/admin/audit/events?stream=%00', headers],
    ] as const) {
      const answer = await api.app.inject({ method, url, headers: by });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 400, 'MALFORMED_REQUEST']);
    }
  });

  it('[SEC-15] are refused where their bytes are no UTF-8: what was read for them is not what was sent', async () => {
    for (const bytes of [[0xff], [0xe4], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      const payload = Buffer.concat([
        Buffer.from('{"goal":"JAVASCRIPT_TO_TYPESCRIPT","title":"'),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      const headers = { ...user.headers, 'content-type': 'application/json' };
      const answer = await api.app.inject({ method: 'POST', url: '/api/v1/jobs', headers, payload });
      expect([bytes, answer.statusCode, answer.json().code]).toEqual([bytes, 400, 'MALFORMED_JSON']);
    }
  });

  it('[ID-11] of a stranger are refused before their body is read', async () => {
    for (const payload of ['{"goal":', `{"goal":"${'x'.repeat(300_000)}"}`]) {
      const headers = { 'content-type': 'application/json' };
      const response = await api.app.inject({ method: 'POST', url: '/api/v1/jobs', headers, payload });
      expect([response.statusCode, response.json().code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it('[ID-11] carry one token, after its scheme', async () => {
    const { authorization } = user.headers;
    const status = async (sent: string): Promise<number> =>
      (await api.app.inject({ method: 'GET', url: '/api/v1/auth/me', headers: { authorization: sent } }))
        .statusCode;
    expect(await status(authorization.replace('Bearer', 'bearer'))).toBe(200);
    for (const sent of [
      `${authorization} x`,
      `${authorization} `,
      authorization.replace(' ', '  '),
      'Bearer',
    ])
      expect([sent.length, await status(sent)]).toEqual([sent.length, 401]);
  });

  it('hide unknown errors behind a request id, which the client may choose', async () => {
    const id = `req-${randomUUID()}`;
    const broken = await api.app.inject({
      method: 'GET',
      url: '/api/v1/jobs?status=DELIVERED&status=FAILED',
      headers: { ...user.headers, 'x-request-id': id },
    });
    expect([broken.statusCode, broken.json().code]).toEqual([400, 'MALFORMED_REQUEST']);
    expect(broken.headers['x-request-id']).toBe(id);
    const missing = await api.call(user, 'GET', '/nowhere');
    expect(missing).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
    expect(missing.body['detail']).toContain('/docs');
    expect(missing.headers['x-content-type-options']).toBe('nosniff');
  });

  it('without a path are answered with where to go on, and each of these places is there', async () => {
    const root = await api.app.inject({ method: 'GET', url: '/' });
    expect(root.statusCode).toBe(200);
    const { name, api: base, ...places } = root.json();
    expect([name, base]).toEqual(['IAMA', '/api/v1']);
    expect(Object.keys(places)).toEqual(['documentation', 'openapi', 'health']);
    expect(root.headers['link']).toBe('</docs>; rel="service-doc", </docs/json>; rel="service-desc"');
    for (const url of Object.values(places))
      expect([url, (await api.app.inject({ method: 'GET', url: String(url) })).statusCode]).toEqual([
        url,
        200,
      ]);
  });
});

describe('idempotency keys', () => {
  const request = (key: string, body: unknown = job, who = user) =>
    api.call(who, 'POST', '/jobs', { body, headers: { 'idempotency-key': key } });
  const jobsOf = async (who: TestUser): Promise<number> => {
    const { rows } = await api.pool.query(
      "select count(*)::int as n from events where type = 'JobRequested' and data->>'ownerId' = $1",
      [who.userId],
    );
    return rows[0].n;
  };

  it('[ES-03] refuse another body, method or route under the same key', async () => {
    const key = randomUUID();
    const { body } = await request(key);
    const other = await request(key, { ...job, title: 'other' });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const route = await api.call(user, 'DELETE', `/jobs/${body['job_id']}`, {
      headers: { 'idempotency-key': key },
    });
    expect(route.body['code']).toBe('IDEMPOTENCY_KEY_REUSED');
    const cancel = async (id: unknown) =>
      (await api.call(user, 'DELETE', `/jobs/${id}`, { headers: { 'idempotency-key': `${key}-c` } })).status;
    const second = await request(`${key}-2`);
    expect([await cancel(body['job_id']), await cancel(second.body['job_id'])]).toEqual([200, 409]);
  });

  it('[ES-03] may be 200 characters long, also of who has no account yet', async () => {
    const headers = { 'idempotency-key': 'k'.repeat(200) };
    const body = { email: `${randomUUID()}@example.org`, password: 'a good long password' };
    const first = await api.call(null, 'POST', '/auth/register', { body, headers });
    expect(first).toMatchObject({ status: 201 });
    const second = await api.call(null, 'POST', '/auth/register', { body, headers });
    expect(second).toMatchObject({ status: 201, body: { user_id: first.body['user_id'] } });
  });

  it('[ES-03] belong to one user', async () => {
    const [key, other] = [randomUUID(), await api.user()];
    const [mine, theirs] = [await request(key), await request(key, job, other)];
    expect(theirs.status).toBe(201);
    expect(theirs.body['job_id']).not.toBe(mine.body['job_id']);
  });

  it('[ES-03] give the first answer again, also where the rule would refuse a repetition', async () => {
    const key = randomUUID();
    const first = await request(key);
    const second = await request(key);
    expect(second.body).toEqual(first.body);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second.headers['idempotent-replayed']).toBe('true');
    const cancel = () =>
      api.call(user, 'DELETE', `/jobs/${first.body['job_id']}`, {
        headers: { 'idempotency-key': `${key}-cancel` },
      });
    const [cancelled, again] = [await cancel(), await cancel()];
    expect(again).toMatchObject({ status: 200, body: cancelled.body });
  });

  it('[ES-03] make 100 simultaneous identical requests one effect', async () => {
    const who = await api.user();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 100 }, () => request(key, job, who)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['job_id'])).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(99);
    expect(await jobsOf(who)).toBe(1);
    const jobId = answers[0]?.body['job_id'];
    const cancels = await Promise.all(
      Array.from({ length: 100 }, () =>
        api.call(who, 'DELETE', `/jobs/${jobId}`, { headers: { 'idempotency-key': `${key}-c` } }),
      ),
    );
    expect(new Set(cancels.map(({ status }) => status))).toEqual(new Set([200]));
    const { events } = await api.log.read(`job-${jobId}`);
    expect(events.map(({ type }) => type)).toEqual(['JobRequested', 'JobCancelled']);
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 and follows from the manifests', async () => {
    const document = (await api.app.inject({ method: 'GET', url: '/docs/json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const start = document.paths['/api/v1/jobs/{job_id}/start'].post;
    expect(start.operationId).toBe('StartJob');
    expect(Object.keys(start.requestBody.content['application/json'].schema.properties)).toContain(
      'preflight',
    );
    expect((await api.app.inject({ method: 'GET', url: '/docs/' })).statusCode).toBe(200);
  });
});

describe('rate limits', () => {
  it('[SEC-15] answer 429 with the time to wait', async () => {
    const limited = await startTestApi({ rateLimits: { signInPerAddress: 3, requestsPerUser: 2 } });
    try {
      const who = await limited.user();
      const statuses = [];
      for (let n = 0; n < 3; n += 1) statuses.push((await limited.call(who, 'GET', '/auth/me')).status);
      expect(statuses).toEqual([200, 200, 429]);
      const attempts = [];
      for (let n = 0; n < 3; n += 1)
        attempts.push(
          await limited.call(null, 'POST', '/auth/login', {
            body: { email: 'a@example.org', password: 'x' },
          }),
        );
      expect(attempts.map(({ status }) => status)).toEqual([401, 401, 429]);
      expect(Number(attempts[2]?.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await limited.close();
    }
  });
});
