import { migrate } from '../postgres/migrate.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { createLogger } from './logger.ts';

/** Brings the schema up to date, as its owner, and ends. */
const config = readConfig(process.env);
const logger = createLogger(config.logLevel, 'iama-migrate');
const { ownerUrl } = await openDatabase(config);
const migrated = await migrate(ownerUrl);
logger.info({ migrated }, 'the database schema is up to date');
