import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Pool } from 'pg';
import { pino } from 'pino';
import type { CommandServices } from '../../../commands/index.ts';
import { usageMetering } from '../../../processors/billing/usage-metering.ts';
import { projections } from '../../../projections/index.ts';
import { folderArtifactStore } from '../../artifacts/folder-store.ts';
import { keyring } from '../../artifacts/keyring.ts';
import { headSigner, newHeadKeyPem } from '../../audit/head-key.ts';
import { openLogTree } from '../../audit/log-tree.ts';
import { commandBus } from '../../commands/command-bus.ts';
import { commandServices } from '../../commands/services.ts';
import { erasure } from '../../erasure/erase-subject.ts';
import { personalTexts } from '../../erasure/personal-texts.ts';
import { folderSubjectKeys } from '../../erasure/subject-keys.ts';
import { productLog } from '../../event-store/forms/product-log.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { type TokenAuthority, tokenAuthority } from '../../identity/access-tokens.ts';
import { deliverMails } from '../../identity/mail-tokens.ts';
import { passwords } from '../../identity/passwords.ts';
import { newSigningKeyPem, type SigningKey, signingKey } from '../../identity/signing-key.ts';
import { keptMails } from '../../mail/kept-mails.ts';
import type { Mail } from '../../mail/mailer.ts';
import { sharedParts } from '../../main/shared-parts.ts';
import { keyFiles } from '../../operations/key-files.ts';
import { stripeClient, stripeProvider } from '../../payments/stripe-provider.ts';
import { stripeStatements } from '../../payments/stripe-statements.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres/testing/database.ts';
import { Runtime } from '../../runtime/runtime.ts';
import { postgresSnapshots } from '../../snapshots/postgres-snapshots.ts';
import { postgresCounts } from '../limits/postgres-counts.ts';
import { readServices } from '../read-services.ts';
import { type ApiOptions, createApi } from '../server.ts';
import { postgresOwnedJobs } from '../sse/owned-jobs.ts';

export type TestUser = Readonly<{ userId: string; headers: Readonly<{ authorization: string }> }>;

export type TestApi = Readonly<{
  app: FastifyInstance;
  log: PostgresEventLog;
  pool: Pool;
  services: CommandServices;
  tokens: TokenAuthority;
  signingKey: SigningKey;
  /** Sends the mails that wait; gives all that were sent so far. */
  mails(): Promise<readonly Mail[]>;
  /** SHA-256 of the plain bytes of what is stored for a job. */
  storedArtifacts(jobId: string): Promise<readonly string[]>;
  /** The base URL, once `listen` was asked for. */
  url: string;
  user(): Promise<TestUser>;
  /** Resolves when every event so far is in the read tables. */
  settled(check: () => Promise<boolean>): Promise<void>;
  call(
    user: TestUser | null,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: Readonly<{ body?: unknown; headers?: Record<string, string> }>,
  ): Promise<Readonly<{ status: number; body: Record<string, unknown>; headers: Record<string, unknown> }>>;
  close(): Promise<void>;
}>;

export const TOKEN_NAMES = { issuer: 'iama-test', audience: 'iama-api' };

/** bcrypt at its cheapest; the cost of production has a test of its own. */
const CHEAP = 4;

/** The whole API on a fresh database, or on one that is given and dropped with it, with projections and metering at work. */
export const startTestApi = async (
  options: Readonly<{
    listen?: boolean;
    database?: TestDatabase;
    dataFolder?: string;
    mailFolder?: string;
    keysFolder?: string;
  }> &
    Partial<
      Pick<ApiOptions, 'logger' | 'rateLimits' | 'oauth' | 'payments' | 'metricsToken' | 'drainMs'>
    > = {},
): Promise<TestApi> => {
  const database = options.database ?? (await createTestDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'iama-api-'));
  const pool = createPool({ connectionString: database.appUrl });
  const direct = clientConfig({ connectionString: database.directUrl });
  const keysFolder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
  const subjectKeys = folderSubjectKeys(keysFolder);
  const texts = personalTexts(subjectKeys);
  const snapshots = postgresSnapshots(pool, new Uint8Array(32).fill(5));
  const log = { ...productLog(openPostgresEventLog({ pool, direct }), subjectKeys), snapshots };
  log.startSequencer();
  const artifacts = folderArtifactStore({
    root: folder,
    keyring: keyring('test', { test: new Uint8Array(32).fill(1) }),
  });
  const key = signingKey(newSigningKeyPem());
  const tokens = await tokenAuthority([key], TOKEN_NAMES);
  const keys = { emailIndex: new Uint8Array(32).fill(2), emailSeal: new Uint8Array(32).fill(3) };
  const shared = sharedParts(
    { pool, store: log, texts, artifacts },
    { tokens, keys, passwords: passwords(new Uint8Array(32).fill(4), CHEAP) },
  );
  const { emailOf } = shared.identity.credentials;
  const stripe = options.payments ? stripeClient(options.payments) : null;
  const payments = stripe && options.payments ? stripeProvider(stripe, options.payments) : null;
  const named = options.keysFolder === undefined ? {} : { keys: keyFiles(options.keysFolder, shared.rules) };
  const services = commandServices({
    ...shared,
    erasure: erasure({ pool, keys: subjectKeys, artifacts, emailOf, mailsTo: async () => [] }),
    payments,
    ...named,
  });
  const runtime = new Runtime({
    pool,
    direct,
    log,
    bus: commandBus(log, services),
    projections,
    processManagers: [usageMetering],
    reactors: [],
    report: () => undefined,
  });
  await runtime.start();
  const tree = openLogTree(pool, {
    signer: headSigner(newHeadKeyPem()),
    origin: 'iama-test',
    now: () => new Date(),
  });
  const app = await createApi(
    {
      log,
      commandServices: services,
      readServices: readServices({
        ...{ ...shared, tree, direct },
        statements: stripe && stripeStatements(stripe),
        dataFolder: options.dataFolder ?? folder,
        mails: options.mailFolder === undefined ? null : keptMails(options.mailFolder),
      }),
      tokens,
      ownedJobs: postgresOwnedJobs(pool),
      counts: postgresCounts(pool),
      whyNotReady: async () => null,
    },
    {
      logger: options.logger ?? pino({ level: 'silent' }),
      rateLimits: options.rateLimits ?? { signInPerAddress: 0, requestsPerUser: 0 },
      oauth: options.oauth ?? null,
      payments: options.payments ?? null,
      metricsToken: options.metricsToken ?? null,
      // Tests leave connections that nobody else ends.
      drainMs: options.drainMs ?? 0,
    },
  );
  const sent: Mail[] = [];
  const url = options.listen === true ? await app.listen({ host: '127.0.0.1', port: 0 }) : '';

  return {
    app,
    log,
    pool,
    services,
    tokens,
    signingKey: key,
    url,
    async mails() {
      const mailer = { send: async (mail: Mail) => void sent.push(mail) };
      await deliverMails({ pool, mailer, sealKey: keys.emailSeal, emailOf });
      return [...sent];
    },
    async storedArtifacts(jobId) {
      const names = await readdir(join(folder, jobId));
      const refs = names.map((artifactId) => artifacts.open({ jobId, artifactId }));
      return (await Promise.all(refs)).map(({ ref }) => ref.sha256);
    },
    async user() {
      const response = await app.inject({
        method: 'POST',
        url: '/api/v1/auth/register',
        payload: { email: `${randomUUID()}@example.org`, password: 'correct horse battery' },
      });
      if (response.statusCode !== 201)
        throw new Error(`registering: ${response.statusCode} ${response.body}`);
      const { user_id, access_token } = response.json();
      return { userId: user_id, headers: { authorization: `Bearer ${access_token}` } };
    },
    async settled(check) {
      const deadline = Date.now() + 30_000;
      while (!(await check())) {
        if (Date.now() > deadline) throw new Error('the read tables did not follow in time');
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async call(user, method, path, { body, headers = {} } = {}) {
      const request: InjectOptions = {
        method,
        url: `/api/v1${path}`,
        headers: { ...user?.headers, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      };
      const response = await app.inject(request);
      const isJson = String(response.headers['content-type'] ?? '').includes('json');
      return {
        status: response.statusCode,
        body: isJson ? response.json() : { text: response.body },
        headers: response.headers,
      };
    },
    async close() {
      await app.close();
      await runtime.stop();
      await log.close();
      await pool.end();
      await database.drop();
      for (const made of [folder, keysFolder]) await rm(made, { recursive: true, force: true });
    },
  };
};
