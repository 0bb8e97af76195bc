import { migrate } from '../postgres/migrate.ts';
import { openDatabase } from './database.ts';
import { createLogger } from './logger.ts';
import { startConfig } from './start-config.ts';

/** Brings the schema up to date, as its owner, and ends. */
const config = startConfig();
const logger = createLogger(config.logLevel, 'iama-migrate');
const { ownerUrl } = await openDatabase(config);
const migrated = await migrate(ownerUrl);
logger.info({ migrated }, 'the database schema is up to date');
