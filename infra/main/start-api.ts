import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { postgresCounts } from '../http/limits/postgres-counts.ts';
import { createApi } from '../http/server.ts';
import { postgresOwnedJobs } from '../http/sse/owned-jobs.ts';
import { oauthSettings } from '../identity/oauth/settings.ts';
import type { Parts } from './parts.ts';
import { apiReadiness } from './ready.ts';

export type RunningApi = Readonly<{ url: string; stop: () => Promise<void> }>;

/** Complete or absent: clients read it to find the server. */
const writePortFile = async (path: string, url: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await rename(temporary, path);
};

/** Listens, then says where. `stop` ends streams, waits for requests under way and takes the port file away. */
export const startApi = async (parts: Parts): Promise<RunningApi> => {
  const { config, logger } = parts;
  const app = await createApi(
    {
      ...parts,
      ownedJobs: postgresOwnedJobs(parts.pool),
      counts: postgresCounts(parts.pool),
      whyNotReady: apiReadiness(parts),
    },
    {
      logger,
      trustProxy: config.trustProxy,
      rateLimits: config.rateLimits,
      metricsToken: config.metricsToken,
      payments: config.payments,
      oauth: config.oauth === null ? null : oauthSettings(config.oauth),
    },
  );
  await app.listen({ host: config.host, port: config.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${port}`;
  await writePortFile(config.portFile, url);
  logger.info({ url }, 'the API listens');
  return {
    url,
    async stop() {
      await app.close();
      await rm(config.portFile, { force: true });
    },
  };
};
