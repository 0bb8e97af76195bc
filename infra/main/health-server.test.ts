import { describe, expect, it } from 'vitest';
import { startHealthServer } from './health-server.ts';

describe('the health of a worker', () => {
  it('[OPS-05] is answered where the API answers: alive at once, ready once it is, and nothing else', async () => {
    let isReady = false;
    const health = await startHealthServer({ host: '127.0.0.1', port: 0 }, async () => isReady);
    const ask = async (path: string): Promise<unknown> => {
      const answer = await fetch(`${health.url}${path}`);
      return [answer.status, await answer.json()];
    };
    expect(await ask('/health/ready')).toEqual([503, { status: 'not ready' }]);
    expect(await ask('/health/live')).toEqual([200, { status: 'live' }]);
    isReady = true;
    expect(await ask('/health/ready')).toEqual([200, { status: 'ready' }]);
    for (const path of ['/', '/health', '/health/ready/x', '/metrics'])
      expect([path, await ask(path)]).toEqual([path, [404, { status: 'there is no such path' }]]);
    await health.stop();
    await expect(fetch(`${health.url}/health/live`)).rejects.toThrow();
  });
});
