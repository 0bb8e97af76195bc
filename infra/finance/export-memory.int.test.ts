import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { CreditsGranted } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, testContext, type World } from '../runtime/testing/world.ts';
import { exportPeriod } from './export-period.ts';
import { verifyExport } from './verify-export.ts';

const GRANTS = 400;
/** `npm run bench:export` asks for more, and to be told. */
const asked = process.env['IAMA_EXPORT_ROWS'];
const ACCOUNTS = Math.ceil(Number(asked ?? 120_000) / (2 * GRANTS));
const ROWS = ACCOUNTS * GRANTS * 2;
const MINUTES = 1 + Math.ceil(ROWS / 40_000);
const MEBIBYTE = 1024 * 1024;
/** All rows at once would take more than three times as much. */
const MOST = 24 * MEBIBYTE;

const report = (text: string): void => {
  if (asked !== undefined) process.stderr.write(`${text}\n`);
};
const mebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;
/** Rows from one report to the next. */
const STEP = 100_000;
/** Rows from one look at the memory to the next. */
const LOOK = 10_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/**
 * What is in use, in bytes: objects and buffers that something still refers to. What the system has lent the process besides
 * follows from when the collector found the time for its work, which is later on a busy machine.
 */
const inUse = (): number => {
  // Buffers that the first one finds unused are given back while it goes on; the second waits for that.
  for (let times = 0; times < 2; times += 1) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** The most that was in use beyond what was at the begin. */
const watch = (what: string) => {
  const begin = inUse();
  let most = begin;
  let calls = 0;
  let told = 0;
  let looked = 0;
  return {
    onProgress: (rows: number): void => {
      calls += 1;
      if (rows < looked + LOOK) return;
      looked = rows;
      const now = inUse();
      if (rows >= told + STEP || rows === ROWS) {
        told = rows;
        report(`${what}: ${rows} of ${ROWS} rows, ${mebibytes(now)} in use`);
      }
      most = Math.max(most, now);
    },
    grown: (): number => most - begin,
    tell: (): void =>
      report(`${what}: at most ${mebibytes(most)}, ${mebibytes(most - begin)} more than at its begin`),
    calls: (): number => calls,
  };
};

/** MiB that a process may use for objects, however many rows there are. */
const HEAP = 128;

/** Makes a process tell the most that it held, when it ends: Linux counts it anew for each program, other systems do not. */
const PEAK = `import { existsSync, readFileSync } from 'node:fs';
process.on('exit', () => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const peak = /VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  process.stderr.write('peak ' + peak + '\\n');
});`;

const granted = (userId: string, lot: number, at = '2026-10-20T10:00:00.000Z'): CreditsGranted => ({
  type: 'CreditsGranted',
  data: {
    userId,
    lotId: `l${lot}`,
    source: 'GOODWILL',
    microCredits: 1_000 + lot,
    expiresAt: null,
    period: null,
    reference: 'r',
    at,
  },
});

describe('an export of many rows', { timeout: MINUTES * 60_000 }, () => {
  let world: World;
  let folder: string;
  const pem = newHeadKeyPem();
  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(join(tmpdir(), 'iama-finance-many-'));
    const close = (period: string, at: string) => {
      const command = { type: 'ClosePeriod', data: { period, at } } as const;
      return execute(periodCommands.ClosePeriod, command, world.log, {}, { context: testContext() });
    };
    await world.append(accountStream('few'), granted('few', 0, '2026-09-20T10:00:00.000Z'));
    await close('2026-09', '2026-10-01T00:00:00.000Z');
    for (let user = 0; user < ACCOUNTS; user += 1) {
      const lots = Array.from({ length: GRANTS }, (_, lot) => granted(`u${user}`, lot));
      await world.append(accountStream(`u${user}`), ...lots);
    }
    await close('2026-10', '2026-11-01T00:00:00.000Z');
    await world.run({ projections: [ledgerPostings] });
    await world.caughtUp(projectionSubscriptionId(ledgerPostings), MINUTES * 60_000);
  }, MINUTES * 60_000);
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['csv', 'parquet'] as const)(
    `[BIL-17] writes and verifies ${ROWS} rows as %s in bounded memory, and tells how far it is`,
    async (format) => {
      const signer = headSigner(pem);
      const tree = openLogTree(world.pool, { signer, origin: 'iama-test', now: () => new Date() });
      const parts = { store: world.log, pool: world.pool, tree, signer, now: () => new Date() };
      const actor = { type: 'admin', id: 'test' } as const;
      const place = join(folder, format);
      const order = { period: '2026-10', format, version: null, folder: place, actor } as const;
      await exportPeriod(parts, { ...order, period: '2026-09', folder: join(place, 'before') });
      const writing = watch(`export as ${format}`);
      const manifest = await exportPeriod(parts, { ...order, onProgress: writing.onProgress });
      const reading = watch(`verify as ${format}`);
      await verifyExport(place, headKeys(signer.publicKeyPem), { onProgress: reading.onProgress });
      for (const each of [writing, reading]) each.tell();
      expect(manifest.rows).toBe(ROWS);
      expect(writing.calls()).toBeGreaterThan(50);
      expect(reading.calls()).toBeGreaterThan(10);
      expect([writing.grown() < MOST, reading.grown() < MOST]).toEqual([true, true]);
    },
  );

  it('[BIL-17] needs no more heap on the command line than a few rows take', async () => {
    const key = join(folder, 'trusted.pem');
    await mkdir(join(folder, 'secrets'));
    await writeFile(join(folder, 'secrets', 'tree-head.pem'), pem, { mode: 0o600 });
    await writeFile(key, headSigner(pem).publicKeyPem);
    const env = {
      IAMA_DATABASE_URL: world.url,
      IAMA_DATA_DIR: folder,
      NODE_OPTIONS: `--max-old-space-size=${HEAP} --import=data:text/javascript,${encodeURIComponent(PEAK)}`,
    };
    const peakOf = async (what: string, ...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await runIama(['finance', ...args], env, MINUTES * 60_000);
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const peaks = [...stderr.matchAll(/^peak (\d+)$/gm)].map(([, kibibytes]) => Number(kibibytes) * 1_024);
      const peak = Math.max(...peaks);
      report(`iama finance ${args[0]}, ${what}: at most ${mebibytes(peak)}`);
    };
    const place = (name: string): string => join(folder, name);
    await peakOf('2 rows', 'export', '2026-09', '--out', place('few'));
    await peakOf(`${ROWS} rows`, 'export', '2026-10', '--out', place('many'));
    await peakOf('2 rows', 'verify', place('few'), '--key', key);
    await peakOf(`${ROWS} rows`, 'verify', place('many'), '--key', key, '--previous', place('few'));
  });
});
