import { join, resolve } from 'node:path';
import { z } from 'zod';
import { TIER_NAMES, type TierName } from '../../domain/kernel/tiers.ts';
import type { OAuthConfig } from '../identity/oauth/settings.ts';
import type { Secrets } from '../identity/secrets.ts';
import type { SmtpSettings } from '../mail/smtp-mailer.ts';
import type { RecipeLimits } from '../model/recipe-gateway/limits.ts';
import type { PaymentSettings } from '../payments/settings.ts';
import { mailVariables, smtpOf } from './mail-config.ts';
import { oauthOf, oauthVariables } from './oauth-config.ts';
import { paymentsOf, paymentVariables } from './payment-config.ts';
import { secretFileVariables, withSecretFiles } from './secret-files.ts';
import { trustedProxies } from './trusted-proxies.ts';

const KEY_BYTES = 32;

/** 32 bytes in hex that nobody typed by hand. */
const secretKey = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes in hex')
  .transform((hex): Uint8Array => Buffer.from(hex, 'hex'))
  .refine((bytes) => new Set(bytes).size > KEY_BYTES / 4, 'is not random');

const count = z.coerce.number().int().min(0);
/** At most a day: beyond that a limit is none. */
const seconds = z.coerce.number().int().min(1).max(86_400);

/** Every environment variable that IAMA reads. `npm start` needs none of them. */
const variables = z.object({
  /** `production` refuses to start without a database and all secrets of its own (ID-04). */
  NODE_ENV: z.string().optional(),
  /** Postgres of API and workers, role without UPDATE on the log. Without it a PostgreSQL is started in the data folder. */
  DATABASE_URL: z.url().optional(),
  /** The role that owns the schema: migrations only. Default: `DATABASE_URL`. */
  DATABASE_OWNER_URL: z.url().optional(),
  /** Past PgBouncer, for LISTEN and the job queue. Default: `DATABASE_URL`. */
  DATABASE_DIRECT_URL: z.url().optional(),
  /** Connections of one process. */
  DATABASE_POOL: count.default(16),
  HOST: z.string().default('127.0.0.1'),
  /** 0: any free port. */
  PORT: count.max(65_535).default(8_080),
  /** Where a worker answers whether it works; 0: any free port; absent: nowhere. */
  IAMA_HEALTH_PORT: count.max(65_535).optional(),
  /** Artifacts, secrets and the embedded database. */
  IAMA_DATA_DIR: z.string().default('.iama'),
  /** Files of keys that operators may name while everything runs (OPS-02). Default: `keys` in the data folder. */
  IAMA_KEYS_FOLDER: z.string().min(1).optional(),
  /** Written with `{"url", "pid"}` once the API listens. Default: `server.json` in the data folder. */
  IAMA_PORT_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Whose X-Forwarded-For is believed: `true` where the proxy has a private address, or addresses and networks, separated by commas. */
  IAMA_TRUST_PROXY: trustedProxies,
  /** Requests without a token per address and minute, of all processes together; 0: no limit. */
  IAMA_RATE_SIGN_IN: count.default(30),
  /** Requests per user and minute; 0: no limit. */
  IAMA_RATE_USER: count.default(1_200),
  /** Seconds that a recipe may take to analyse a project and propose ways (JOB-09). */
  IAMA_LIMIT_ANALYSE: seconds.default(300),
  /** Seconds that a recipe may take to write a specification. */
  IAMA_LIMIT_SPECIFY: seconds.default(300),
  /** Seconds that a recipe may take to plan tests. */
  IAMA_LIMIT_PLAN_TESTS: seconds.default(300),
  /** Seconds that a recipe may take to make or repair a patch. */
  IAMA_LIMIT_PATCH: seconds.default(1_800),
  /** Tier of new accounts. Default: FREE; MAX where the database is embedded, because there the person is the operator. */
  IAMA_SIGN_UP_TIER: z.enum(TIER_NAMES).optional(),
  IAMA_ISSUER: z.string().min(1).default('iama'),
  IAMA_AUDIENCE: z.string().min(1).default('iama-api'),
  /** HMAC key of passwords (ID-02). */
  IAMA_PASSWORD_PEPPER: secretKey.optional(),
  /** HMAC key of e-mail addresses in the log. */
  IAMA_EMAIL_INDEX_KEY: secretKey.optional(),
  /** AES key of stored e-mail addresses. */
  IAMA_EMAIL_SEAL_KEY: secretKey.optional(),
  /** Master key of artifacts (DEL-05). */
  IAMA_ARTIFACT_KEY: secretKey.optional(),
  /** PKCS#8 PEM of the RSA key that signs access tokens. */
  IAMA_JWT_PRIVATE_KEY: z.string().optional(),
  /** Keys before the current one, PEMs in a row: their tokens stay valid until they expire. */
  IAMA_JWT_PREVIOUS_KEYS: z.string().default(''),
  /** PKCS#8 PEM of the Ed25519 key that signs heads of the log (ES-07). */
  IAMA_TREE_KEY: z.string().optional(),
  /** Seconds from one signed head to the next. */
  IAMA_TREE_SECONDS: seconds.default(60),
  /** Where heads and leaves are kept outside of the database. Default: `tree` in the data folder. */
  IAMA_TREE_FOLDER: z.string().optional(),
  ...oauthVariables,
  ...paymentVariables,
  ...mailVariables,
  /** Bearer token that opens `/metrics` to a scraper (OPS-05). */
  IAMA_METRICS_TOKEN: z.string().min(32).optional(),
  ...secretFileVariables,
});

export const VARIABLE_NAMES: readonly string[] = Object.keys(variables.shape);

type Variables = z.infer<typeof variables>;

export type Config = Readonly<{
  isProduction: boolean;
  database: Readonly<{ url: string; ownerUrl: string; directUrl: string }> | null;
  databasePool: number;
  host: string;
  port: number;
  /** Of a worker; null: its health is not answered. */
  healthPort: number | null;
  dataFolder: string;
  keysFolder: string;
  portFile: string;
  logLevel: Variables['LOG_LEVEL'];
  trustProxy: readonly string[] | null;
  rateLimits: Readonly<{ signInPerAddress: number; requestsPerUser: number }>;
  recipeLimits: RecipeLimits;
  tokens: Readonly<{ issuer: string; audience: string }>;
  signUpTier: TierName;
  /** null: made once in the data folder. */
  secrets: Secrets | null;
  previousSigningKeys: readonly string[];
  tree: Readonly<{
    /** null: made once in the data folder. */
    keyPem: string | null;
    everySeconds: number;
    folder: string;
  }>;
  /** null: nobody signs in by a provider. */
  oauth: OAuthConfig | null;
  /** null: nothing is sold. */
  payments: PaymentSettings | null;
  /** null: mails become files in the data folder. */
  smtp: SmtpSettings | null;
  /** null: tickets to support are not mailed, only kept. */
  supportAddress: string | null;
  /** null: there is no `/metrics`. */
  metricsToken: string | null;
}>;

/** Thrown with one line per fault; values are never part of it. */
export class InvalidConfig extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the configuration is not valid:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.name = 'InvalidConfig';
    this.faults = faults;
  }
}

const SECRET_NAMES = [
  'IAMA_PASSWORD_PEPPER',
  'IAMA_EMAIL_INDEX_KEY',
  'IAMA_EMAIL_SEAL_KEY',
  'IAMA_ARTIFACT_KEY',
] as const;

/** All of them, or none: some from the environment and some from a folder would be lost half (ID-04). */
const secretsOf = (env: Variables, isProduction: boolean): Secrets | null => {
  const pem = env.IAMA_JWT_PRIVATE_KEY;
  const given = SECRET_NAMES.filter((name) => env[name] !== undefined);
  const none = given.length === 0 && pem === undefined;
  if (none && !isProduction) return null;
  const {
    IAMA_PASSWORD_PEPPER: passwordPepper,
    IAMA_EMAIL_INDEX_KEY: emailIndexKey,
    IAMA_EMAIL_SEAL_KEY: emailSealKey,
    IAMA_ARTIFACT_KEY: artifactKey,
  } = env;
  if (!passwordPepper || !emailIndexKey || !emailSealKey || !artifactKey || !pem) {
    const missing = SECRET_NAMES.filter((name) => env[name] === undefined);
    throw new InvalidConfig(
      [...missing, ...(pem === undefined ? ['IAMA_JWT_PRIVATE_KEY'] : [])].map(
        (name) => `${name} is missing`,
      ),
    );
  }
  const keys = [passwordPepper, emailIndexKey, emailSealKey, artifactKey];
  if (new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size < keys.length)
    throw new InvalidConfig([`${SECRET_NAMES.join(', ')} must all differ`]);
  return { passwordPepper, emailIndexKey, emailSealKey, artifactKey, jwtPrivateKeyPem: pem };
};

/** A key of its own: an auditor trusts it for years, access tokens for minutes. */
const treeKeyOf = (env: Variables, isProduction: boolean): string | null => {
  if (env.IAMA_TREE_KEY === undefined && isProduction) throw new InvalidConfig(['IAMA_TREE_KEY is missing']);
  return env.IAMA_TREE_KEY ?? null;
};

const PEM = /-----BEGIN[\s\S]+?-----END [A-Z ]+-----/g;

/** Nothing but PEMs: a key that is cut off would silently be none. */
const splitPems = (text: string): string[] => {
  if (text.replaceAll(PEM, '').trim() !== '')
    throw new InvalidConfig(['IAMA_JWT_PREVIOUS_KEYS: must hold PEMs and nothing else']);
  return text.match(PEM) ?? [];
};

/**
 * The configuration of this process.
 * @throws InvalidConfig naming every variable at fault.
 */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const { values, faults: ofFiles } = withSecretFiles(environment);
  if (ofFiles.length > 0) throw new InvalidConfig(ofFiles);
  const parsed = variables.safeParse(values);
  if (!parsed.success)
    throw new InvalidConfig(
      parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
    );
  const env = parsed.data;
  const isProduction = env.NODE_ENV === 'production';
  if (isProduction && env.DATABASE_URL === undefined)
    throw new InvalidConfig(['DATABASE_URL is missing: production does not start a database of its own']);
  const { oauth, faults } = oauthOf(env);
  const { payments, faults: ofPayments } = paymentsOf(env);
  const { smtp, faults: ofMails } = smtpOf(env);
  const all = [...faults, ...ofPayments, ...ofMails];
  if (all.length > 0) throw new InvalidConfig(all);
  const dataFolder = resolve(env.IAMA_DATA_DIR);
  const url = env.DATABASE_URL;
  return {
    isProduction,
    database:
      url === undefined
        ? null
        : { url, ownerUrl: env.DATABASE_OWNER_URL ?? url, directUrl: env.DATABASE_DIRECT_URL ?? url },
    databasePool: env.DATABASE_POOL,
    host: env.HOST,
    port: env.PORT,
    healthPort: env.IAMA_HEALTH_PORT ?? null,
    dataFolder,
    keysFolder: resolve(env.IAMA_KEYS_FOLDER ?? join(dataFolder, 'keys')),
    portFile: env.IAMA_PORT_FILE ?? join(dataFolder, 'server.json'),
    logLevel: env.LOG_LEVEL,
    trustProxy: env.IAMA_TRUST_PROXY,
    rateLimits: { signInPerAddress: env.IAMA_RATE_SIGN_IN, requestsPerUser: env.IAMA_RATE_USER },
    recipeLimits: {
      ANALYSE: env.IAMA_LIMIT_ANALYSE * 1_000,
      SPECIFY: env.IAMA_LIMIT_SPECIFY * 1_000,
      PLAN_TESTS: env.IAMA_LIMIT_PLAN_TESTS * 1_000,
      PATCH: env.IAMA_LIMIT_PATCH * 1_000,
      REPAIR: env.IAMA_LIMIT_PATCH * 1_000,
    },
    tokens: { issuer: env.IAMA_ISSUER, audience: env.IAMA_AUDIENCE },
    signUpTier: env.IAMA_SIGN_UP_TIER ?? (url === undefined ? 'MAX' : 'FREE'),
    secrets: secretsOf(env, isProduction),
    previousSigningKeys: splitPems(env.IAMA_JWT_PREVIOUS_KEYS),
    tree: {
      keyPem: treeKeyOf(env, isProduction),
      everySeconds: env.IAMA_TREE_SECONDS,
      folder: resolve(env.IAMA_TREE_FOLDER ?? join(dataFolder, 'tree')),
    },
    oauth,
    payments,
    smtp,
    supportAddress: env.IAMA_SUPPORT_ADDRESS ?? null,
    metricsToken: env.IAMA_METRICS_TOKEN ?? null,
  };
};
