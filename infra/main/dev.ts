import { flushCompileCache } from 'node:module';
import { migrate } from '../postgres/migrate.ts';
import { openDatabase } from './database.ts';
import { untilStopped } from './lifetime.ts';
import { createLogger } from './logger.ts';
import { ownStripe } from './own-stripe.ts';
import { openParts } from './parts.ts';
import { startApi } from './start-api.ts';
import { startConfig } from './start-config.ts';
import { startWorker } from './start-worker.ts';

/** `npm start`: database, migrations, API and workers in one process, from nothing. */
const configured = startConfig();
const logger = createLogger(configured.logLevel, 'iama');
// First: it makes the data folder so that whoever runs PostgreSQL can enter it.
const database = await openDatabase(configured);

const start = async () => {
  const stripe = await ownStripe(configured, logger);
  const config = stripe === null ? configured : { ...configured, payments: stripe.settings };
  database.keepRunning(logger);
  const migrated = await migrate(database.ownerUrl);
  if (migrated.length > 0) logger.info({ migrated }, 'the database schema is up to date');
  const parts = await openParts(config, database, logger);
  const worker = await startWorker(parts);
  const api = await startApi(parts);
  stripe?.deliverTo(api.url);
  return async () => {
    await stripe?.stop();
    await api.stop();
    await worker.stop();
    await parts.close();
    await database.stop();
  };
};

const stop = await start().catch(async (error: unknown) => {
  await database.giveUp();
  throw error;
});
// Else it is written at the end only, which a kill does not reach.
flushCompileCache();
untilStopped(logger, stop);
