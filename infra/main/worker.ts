import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { untilStopped } from './lifetime.ts';
import { createLogger } from './logger.ts';
import { openParts } from './parts.ts';
import { startWorker } from './start-worker.ts';

/** A worker alone, on a migrated database. */
const config = readConfig(process.env);
const logger = createLogger(config.logLevel, 'iama-worker');
const database = await openDatabase(config);
database.keepRunning(logger);
const parts = await openParts(config, database, logger);
const worker = await startWorker(parts);
untilStopped(logger, async () => {
  await worker.stop();
  await parts.close();
});
