import { once } from 'node:events';
import { createServer } from 'node:http';

export type HealthServer = Readonly<{ url: string; stop: () => Promise<void> }>;

/** Few ask, and seldom. */
const MAX_CONNECTIONS = 32;

/**
 * Health of a process without an API (OPS-05), on the same paths as that of one: `live` while it answers at all, `ready` while
 * `isReady` says so. `port` 0: any free one.
 */
export const startHealthServer = async (
  { host, port }: Readonly<{ host: string; port: number }>,
  isReady: () => Promise<boolean>,
): Promise<HealthServer> => {
  const statusOf = async (path: string | undefined): Promise<readonly [status: number, said: string]> => {
    if (path === '/health/live') return [200, 'live'];
    if (path !== '/health/ready') return [404, 'there is no such path'];
    return (await isReady()) ? [200, 'ready'] : [503, 'not ready'];
  };
  const server = createServer(async ({ url }, response) => {
    const [status, said] = await statusOf(url);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ status: said }));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await once(server.listen(port, host), 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${own}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
