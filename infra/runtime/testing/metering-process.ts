/**
 * A worker that runs the real metering of model calls and dies by SIGKILL at one statement: run as a child with
 * `MeteringSettings` as JSON in argv[2].
 */
import { tmpdir } from 'node:os';
import pg from 'pg';
import { usageMetering } from '../../../processors/billing/usage-metering.ts';
import { folderArtifactStore } from '../../artifacts/folder-store.ts';
import { keyring } from '../../artifacts/keyring.ts';
import { commandBus } from '../../commands/command-bus.ts';
import { commandServices } from '../../commands/services.ts';
import { personalTexts } from '../../erasure/personal-texts.ts';
import { openPostgresEventLog } from '../../event-store/postgres/postgres-event-log.ts';
import { tokenAuthority } from '../../identity/access-tokens.ts';
import { passwords } from '../../identity/passwords.ts';
import { newSigningKeyPem, signingKey } from '../../identity/signing-key.ts';
import { sharedParts } from '../../main/shared-parts.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { Runtime } from '../runtime.ts';
import type { RuntimeTimings } from '../subscription.ts';

/** The statements between an event and its entry, each of which may be the last of a worker. */
export const STATEMENTS = {
  /** Outputs, checkpoint and fence of the process manager. */
  'the commit of the process manager': /runtime\.advance\('usage-metering'/,
  'the pick-up of the job': /locked_by = \$1::text/,
  'the append of the entry': /insert into events|append_events|insert_event/i,
  'the removal of the command': /delete from runtime\.process_commands/,
  'the commit of the sent command': /^commit$/,
  'the removal of the job': /gwcj|^delete from \S*_private_jobs/,
} as const;
export type Statement = keyof typeof STATEMENTS;

export type Death = Readonly<{ statement: Statement; when: 'before' | 'after' }>;
export type MeteringSettings = Readonly<{
  url: string;
  directUrl: string;
  death: Death | null;
  timings: Partial<RuntimeTimings>;
}>;

const die = (): boolean => process.kill(process.pid, 'SIGKILL');

/** True for an answer that tells of a change: a pick-up of nothing is none. */
const didSomething = (result: unknown): boolean =>
  Array.isArray(result) ||
  (typeof result === 'object' && result !== null && 'rowCount' in result && result.rowCount !== 0);

const plant = ({ statement, when }: Death): void => {
  const { query } = pg.Client.prototype;
  const dying = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args;
    const text = typeof first === 'object' && first !== null && 'text' in first ? first.text : first;
    if (typeof text !== 'string' || !STATEMENTS[statement].test(text))
      return Reflect.apply(query, this, args);
    if (when === 'before') die();
    const last = args.at(-1);
    if (typeof last === 'function') {
      const callback = (error: unknown, result: unknown): void => {
        if (didSomething(result)) die();
        Reflect.apply(last, undefined, [error, result]);
      };
      return Reflect.apply(query, this, [...args.slice(0, -1), callback]);
    }
    return Promise.resolve(Reflect.apply(query, this, args)).then((result) => {
      if (didSomething(result)) die();
      return result;
    });
  };
  Object.assign(pg.Client.prototype, { query: dying });
};

const run = async ({ url, directUrl, death, timings }: MeteringSettings): Promise<void> => {
  if (death !== null) plant(death);
  const tell = (report: Readonly<Record<string, unknown>>): void => {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  };
  const onError = (error: Error): void => tell({ level: 'info', message: error.message });
  const pool = createPool({ connectionString: url, max: 12, onIdleError: onError });
  const direct = clientConfig({ connectionString: directUrl });
  const log = openPostgresEventLog({ pool, direct, onError });
  const erasure = { erase: async () => undefined };
  const texts = personalTexts({ existing: () => 'UNKNOWN', keyOf: async () => null });
  const artifacts = folderArtifactStore({
    root: tmpdir(),
    keyring: keyring('test', { test: new Uint8Array(32).fill(1) }),
  });
  const shared = sharedParts(
    { pool, store: log, texts, artifacts },
    {
      tokens: await tokenAuthority([signingKey(newSigningKeyPem())], { issuer: 'test', audience: 'test' }),
      keys: { emailIndex: new Uint8Array(32).fill(2), emailSeal: new Uint8Array(32).fill(3) },
      passwords: passwords(new Uint8Array(32).fill(4), 4),
    },
  );
  const runtime = new Runtime({
    pool,
    direct,
    log,
    bus: commandBus(log, commandServices({ ...shared, erasure })),
    projections: [],
    processManagers: [usageMetering],
    reactors: [],
    partitions: 2,
    report: (level, message, data) => tell({ level, message, ...data }),
    timings,
  });
  await runtime.start();
  tell({ level: 'info', message: 'started' });
};

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? '{}'));
