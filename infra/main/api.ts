import { openDatabase } from './database.ts';
import { untilStopped } from './lifetime.ts';
import { createLogger } from './logger.ts';
import { openParts } from './parts.ts';
import { startApi } from './start-api.ts';
import { startConfig } from './start-config.ts';

/** The API alone, on a migrated database. It also offers itself as sequencer, so that events are seen without a worker. */
const config = startConfig();
const logger = createLogger(config.logLevel, 'iama-api');
const database = await openDatabase(config);
database.keepRunning(logger);
const parts = await openParts(config, database, logger);
const sequencer = parts.log.startSequencer();
const api = await startApi(parts);
untilStopped(logger, async () => {
  await api.stop();
  await sequencer.stop();
  await parts.close();
});
