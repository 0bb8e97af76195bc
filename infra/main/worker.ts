import { openDatabase } from './database.ts';
import { startHealthServer } from './health-server.ts';
import { untilStopped } from './lifetime.ts';
import { createLogger } from './logger.ts';
import { openParts } from './parts.ts';
import { startConfig } from './start-config.ts';
import { startWorker } from './start-worker.ts';

/** A worker alone, on a migrated database. Its health is answered from the beginning, where a port is configured for it. */
const config = startConfig();
const logger = createLogger(config.logLevel, 'iama-worker');
const notReady = async (): Promise<boolean> => false;
let isReady = notReady;
const { host, healthPort } = config;
const health =
  healthPort === null ? null : await startHealthServer({ host, port: healthPort }, () => isReady());
if (health !== null) logger.info({ url: health.url }, 'the health of the worker is answered');
const database = await openDatabase(config);
database.keepRunning(logger);
const parts = await openParts(config, database, logger);
const worker = await startWorker(parts);
isReady = worker.isReady;
untilStopped(logger, async () => {
  isReady = notReady;
  await worker.stop();
  await parts.close();
  await health?.stop();
});
