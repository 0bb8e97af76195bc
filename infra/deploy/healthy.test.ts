import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let status = 200;
const asked: (string | undefined)[] = [];
const api = createServer((request, response) => {
  asked.push(request.url);
  response.writeHead(status).end();
});
let port = 0;
beforeAll(async () => {
  await once(api.listen(0, '127.0.0.1'), 'listening');
  const address = api.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => api.close());

const check = async (env: Record<string, string> = { PORT: String(port) }): Promise<unknown> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'healthy.ts')], {
    env,
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code;
};

describe('the health of a container', () => {
  it('[OPS-05] [OPS-13] is what its API or worker says of itself', async () => {
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    status = 200;
    // Of a worker, whose environment may name the port of an API besides.
    expect(await check({ PORT: '1', IAMA_HEALTH_PORT: String(port) })).toBe(0);
    expect(asked).toEqual(asked.map(() => '/health/ready'));
  });

  it('[OPS-05] [OPS-13] is bad where nobody answers', async () => {
    api.close();
    await once(api, 'close');
    expect(await check()).toBe(1);
  });
});
