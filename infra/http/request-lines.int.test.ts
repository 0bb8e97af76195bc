import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger, flushed } from '../main/logger.ts';
import { startTestApi } from './testing/api.ts';

it('[OPS-10] [SEC-14] one line tells of each request, by its id and its route, and of nothing that came with it', async () => {
  const written = new PassThrough({ encoding: 'utf8' });
  let text = '';
  written.on('data', (chunk: string) => {
    text += chunk;
  });
  const logger = createLogger('info', 'test', written);
  const api = await startTestApi({ listen: true, logger });
  try {
    const user = await api.user();
    const canary = 'xK9-canary-of-a-request';
    const token = `ghp_${'aB3dE6gH9'.repeat(4)}`;
    const answer = await fetch(`${api.url}/api/v1/jobs?cursor=${canary}`, {
      headers: { authorization: `Bearer ${canary}`, cookie: `session=${canary}` },
    });
    await api.call(user, 'GET', '/jobs', { headers: { 'x-request-id': token } });
    await flushed(logger);
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    const ofJobs = lines.filter(({ msg, route }) => msg === 'request' && route === '/api/v1/jobs');
    expect(ofJobs.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 401],
      ['GET', 200],
    ]);
    expect(ofJobs[0]).toMatchObject({ reqId: answer.headers.get('x-request-id'), ms: expect.any(Number) });
    expect(ofJobs[1].reqId).toMatch(/cut out|redacted/i);
    for (const secret of [canary, token]) expect(text).not.toContain(secret);
  } finally {
    await api.close();
  }
});
