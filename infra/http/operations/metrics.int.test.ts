import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from '../sse/testing.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';

const TOKEN = 'm'.repeat(40);

let api: TestApi;
let root: Operator;
beforeAll(async () => {
  api = await startTestApi({ listen: true, metricsToken: TOKEN });
  root = await firstOperator(api);
});
afterAll(() => api.close());

const scrape = async (token: string | null) => {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${api.url}/metrics`, { headers });
  return { status: response.status, text: await response.text() };
};
const sampleOf = (text: string, sample: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.split(' ')
      .at(-1),
  );

describe('GET /metrics', () => {
  it('[OPS-05] is not there without a token in the configuration', async () => {
    const without = await startTestApi({ listen: true });
    try {
      const response = await fetch(`${without.url}/metrics`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      expect(response.status).toBe(404);
    } finally {
      await without.close();
    }
  });

  it('[OPS-05] is closed to every other token, also that of an operator', async () => {
    const others = [null, '', `${TOKEN}m`, TOKEN.slice(1), root.headers.authorization.split(' ')[1] ?? ''];
    for (const token of others) expect((await scrape(token)).status).toBe(401);
  });

  it('[OPS-05] counts what this process answers and the streams it holds open, also for operators', async () => {
    const before = await scrape(TOKEN);
    expect(before.status).toBe(200);
    const user = await api.user();
    await fetch(`${api.url}/api/v1/jobs`);
    const stream = await openStream(`${api.url}/api/v1/jobs/stream`, user);
    const during = await scrape(TOKEN);
    expect(sampleOf(during.text, 'iama_sse_connections')).toBe(
      sampleOf(before.text, 'iama_sse_connections') + 1,
    );
    const refused = 'iama_http_answers_total{class="4xx"}';
    expect(sampleOf(during.text, refused)).toBe((sampleOf(before.text, refused) || 0) + 1);
    expect(sampleOf(during.text, 'iama_log_head')).toBeGreaterThan(0);
    const { body } = await api.call(root, 'GET', '/admin/health');
    const answers = ['2xx', '3xx', '4xx', '5xx'].map(
      (each) => sampleOf(during.text, `iama_http_answers_total{class="${each}"}`) || 0,
    );
    const all = answers.reduce((sum, each) => sum + each, 0);
    const { answers: answered, ...others } = body['process'] as Record<string, number>;
    // The scrape itself was answered in between.
    expect(answered).toBeGreaterThan(all);
    expect(others).toEqual({
      server_errors: answers[3],
      error_rate: 0,
      sse_connections: sampleOf(during.text, 'iama_sse_connections'),
    });
    stream.close();
    await api.settled(async () => sampleOf((await scrape(TOKEN)).text, 'iama_sse_connections') === 0);
  });
});

describe('GET /admin/health', () => {
  it('[OPS-05] gives the same figures to every operator', async () => {
    const support = await operator(api, root, 'SUPPORT');
    await api.settled(async () => {
      const { body } = await api.call(support, 'GET', '/admin/health');
      const of = body['subscriptions'] as { subscription: string; lag: number; parked: number }[];
      return of.length > 0 && of.every(({ lag, parked }) => lag === 0 && parked === 0);
    });
    const { status, body } = await api.call(support, 'GET', '/admin/health');
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        head: expect.any(Number),
        unnumbered: { events: expect.any(Number), oldest_seconds: expect.any(Number) },
        workers: 1,
        commands_waiting: 0,
        rejected_commands: 0,
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain(support.email);
  });
});
