import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/index.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import type { SharedReadServices } from '../../read-api/kernel/query.ts';
import type { HeadSigner } from '../audit/head-key.ts';
import { type LogTree, openLogTree } from '../audit/log-tree.ts';
import { commandServices } from '../commands/services.ts';
import { personalTexts } from '../erasure/personal-texts.ts';
import type { SubjectKeys } from '../erasure/subject-keys.ts';
import { productLog } from '../event-store/forms/product-log.ts';
import { openPostgresEventLog, type PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { readServices } from '../http/read-services.ts';
import type { TokenAuthority } from '../identity/access-tokens.ts';
import { currentTokens } from '../identity/current-tokens.ts';
import type { MailDelivery } from '../identity/mail-tokens.ts';
import { passwords } from '../identity/passwords.ts';
import { checkSecrets } from '../identity/secret-marks.ts';
import { secretsOfFolder } from '../identity/secrets.ts';
import { signingKey } from '../identity/signing-key.ts';
import { emlFolder } from '../mail/eml-folder.ts';
import { smtpMailer } from '../mail/smtp-mailer.ts';
import { keyFiles } from '../operations/key-files.ts';
import { type LiveRules, liveRules } from '../operations/operating-rules.ts';
import { secretFiles } from '../payments/settings.ts';
import { stripeClient, stripeProvider } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { clientConfig, createPool } from '../postgres/pool.ts';
import { untilAnswered } from '../runtime/until-answered.ts';
import { postgresSnapshots } from '../snapshots/postgres-snapshots.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { ownHeadSigner } from './head-signer.ts';
import { artifactsOf, erasureOf, keptMailsOf, mailFolderOf, subjectKeysOf } from './kept-outside.ts';
import { namedHeadSigner, paymentsWithKeys, smtpWithKeys, tokenKeys } from './named-keys.ts';
import { sharedParts } from './shared-parts.ts';

/** What API and workers share within one process. */
export type Parts = Readonly<{
  config: Config;
  logger: Logger;
  database: Database;
  pool: Pool;
  log: PostgresEventLog;
  subjectKeys: SubjectKeys;
  texts: PersonalTexts;
  tree: LogTree;
  /** The one that counts at the moment. */
  headSigner: () => Promise<HeadSigner>;
  artifacts: ArtifactStore;
  tokens: TokenAuthority;
  mails: MailDelivery;
  rules: LiveRules;
  commandServices: CommandServices;
  readServices: SharedReadServices;
  close(): Promise<void>;
}>;

/**
 * Opens everything on a migrated database. Waits for a database that does not answer yet; throws when a secret is weak or
 * the database stays out of reach.
 * `leaseSeconds`: how long a claimed execution lasts without progress, where it is not the usual.
 */
export const openParts = async (
  config: Config,
  database: Database,
  logger: Logger,
  limits: Readonly<{ leaseSeconds?: number }> = {},
): Promise<Parts> => {
  const secrets = config.secrets ?? (await secretsOfFolder(join(config.dataFolder, 'secrets')));
  const configuredSigner = await ownHeadSigner(config);
  const pool = createPool({
    connectionString: database.url,
    max: config.databasePool,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  });
  const waits = (error: unknown): void =>
    logger.warn({ err: error }, 'the database does not answer yet, trying again');
  await untilAnswered(() => checkSecrets(pool, secrets), { onFailure: waits });
  const stored = openPostgresEventLog({
    pool,
    direct: clientConfig({ connectionString: database.directUrl }),
    onError: (error) => logger.warn({ err: error }, 'the event log lost a connection, trying again'),
  });
  const subjectKeys = subjectKeysOf(config);
  const texts = personalTexts(subjectKeys);
  const snapshots = postgresSnapshots(pool, secrets.artifactKey);
  const log = { ...productLog(stored, subjectKeys), snapshots };
  const rules = liveRules(log);
  const keys = keyFiles(config.keysFolder, rules);
  const headSigner = namedHeadSigner(keys, configuredSigner);
  const signingKeys = [secrets.jwtPrivateKeyPem, ...config.previousSigningKeys];
  signingKeys.forEach(signingKey);
  const tokens = currentTokens(tokenKeys(keys, signingKeys), config.tokens);
  const artifacts = artifactsOf(config, secrets);
  const shared = sharedParts(
    { pool, store: log, texts, artifacts },
    {
      tokens,
      keys: { emailIndex: secrets.emailIndexKey, emailSeal: secrets.emailSealKey },
      passwords: passwords(secrets.passwordPepper),
    },
    rules,
  );
  const sold = config.payments === null ? null : paymentsWithKeys(config.payments, keys);
  const stripe = sold === null ? null : stripeClient(sold);
  // Nothing is offered for sale by a process that could not ask for it.
  if (sold !== null) {
    const { secretKeyFile } = await untilAnswered(() => secretFiles(sold), { onFailure: waits });
    await access(secretKeyFile, constants.R_OK);
  }
  const smtp = config.smtp === null ? null : smtpWithKeys(config.smtp, keys);
  const { emailOf } = shared.identity.credentials;
  const tree = openLogTree(pool, {
    signer: headSigner,
    origin: config.tokens.issuer,
    now: () => new Date(),
  });
  return {
    config: { ...config, payments: sold, smtp },
    logger,
    database,
    pool,
    log,
    subjectKeys,
    texts,
    artifacts,
    tokens,
    mails: {
      pool,
      mailer: smtp === null ? emlFolder(mailFolderOf(config)) : smtpMailer(smtp),
      sealKey: secrets.emailSealKey,
      emailOf,
    },
    tree,
    headSigner,
    rules,
    commandServices: commandServices({
      ...shared,
      erasure: erasureOf(config, { pool, artifacts, emailOf }),
      keys,
      payments: sold === null || stripe === null ? null : stripeProvider(stripe, sold),
      ...limits,
    }),
    readServices: readServices({
      ...shared,
      direct: clientConfig({ connectionString: database.directUrl, statementTimeoutMs: 0 }),
      tree,
      statements: stripe === null ? null : stripeStatements(stripe),
      dataFolder: config.dataFolder,
      mails: keptMailsOf(config),
    }),
    async close() {
      await log.close();
      await pool.end();
    },
  };
};
