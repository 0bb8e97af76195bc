import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credits } from '../../../domain/billing/credits.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { ledgerPostings } from '../../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../../projections/refactoring/refactor-jobs.ts';
import { charge, onAccount, onPlus } from '../../finance/testing/accounts.ts';
import { projectionSubscriptionId } from '../../runtime/projection-subscription.ts';
import { createWorld, type World } from '../../runtime/testing/world.ts';
import { takeBack } from './corrections.ts';
import { createDataFolder, type DataFolder } from './testing/data-folder.ts';
import { type Ended, runIama } from './testing/run-iama.ts';

const AT = '2026-10-20T10:00:00.000Z';
const JOB = {
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  goalText: '',
  targets: [],
  mode: 'SIMPLE',
  title: '',
} as const;

describe('iama finance', { timeout: 120_000 }, () => {
  let world: World;
  let data: DataFolder;
  const file = (name: string): string => data.file(name);
  const iama = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
    runIama(['finance', ...args], { IAMA_DATABASE_URL: world.url, IAMA_DATA_DIR: data.folder, ...env });
  const refused = async (code: string, ...args: readonly string[]): Promise<void> => {
    const ended = await iama(args);
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining(`[${code}]`)]);
  };

  beforeAll(async () => {
    world = await createWorld();
    await world.run({ projections: [ledgerPostings, refactorJobs, usageLedger] });
    await onAccount(world, onPlus('u1', AT), ...charge('u1', 'j1', credits(4), AT));
    data = await createDataFolder();
  });
  afterAll(async () => {
    await world.close();
    await data.remove();
  });

  it('[BIL-16] refuses months that are none, that go on, and that are open', async () => {
    await refused('PERIOD_INVALID', 'close', '2026-13');
    await refused('PERIOD_NOT_ENDED', 'close', '2999-01');
    await refused('PERIOD_OPEN', 'export', '2026-10');
    await refused('PERIOD_INVALID', 'export', '2026-13');
    await refused('PERIOD_OPEN', 'restate', '2026-10', '--reason', 'late');
    await refused('PERIOD_INVALID', 'reconcile', 'october');
  });

  it('[BIL-14] [BIL-16] closes, exports, and verifies without a database', async () => {
    expect(await iama(['close', '2026-10'])).toMatchObject({ code: 0, stdout: '2026-10 is closed.\n' });
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
    const exported = await iama(['export', '2026-10', '--format', 'jsonl', '--out', file('out'), '--json']);
    expect(JSON.parse(exported.stdout)).toMatchObject({ period: '2026-10', version: 1, rows: 8 });
    const offline = { IAMA_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const checked = await iama(['verify', file('out'), '--key', data.key], offline);
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('This is what was signed.') });
    const rows = file('out/ledger-2026-10-v1.jsonl');
    await writeFile(rows, (await readFile(rows, 'utf8')).replace('"amount":"4000000"', '"amount":"4"'));
    await refused('FILE_CHANGED', 'verify', file('out'), '--key', data.key);
    const { stderr } = await iama(['verify', file('out'), '--key', data.key], offline);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'Do not rely on it. Ask for it anew, from who gave it to you.',
    );
  });

  it('[BIL-15] tells what nobody can explain, and ends with 1', async () => {
    const { code, stdout } = await iama(['reconcile', '2026-10', '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, lines.at(-1)]).toEqual([1, expect.objectContaining({ jobs: 1, unexplained: 1 })]);
    expect(lines[0]).toMatchObject({ job_id: 'j1', reason: 'UNEXPLAINED_CHARGE', variance: credits(4) });
  });

  it('[BIL-16] restates with a reason', async () => {
    await refused('REASON_REQUIRED', 'restate', '2026-10', '--reason', ' ');
    await iama(['restate', '2026-10', '--reason', 'late']);
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
    await refused('PREVIOUS_NOT_EXPORTED', 'export', '2026-10', '--out', file('restated'));
    const restated = await iama([
      'export',
      '2026-10',
      '--format',
      'jsonl',
      '--out',
      file('restated'),
      '--json',
    ]);
    expect(JSON.parse(restated.stdout)).toMatchObject({ version: 2, replaces: { version: 1 } });
  });

  it('[BIL-11] takes a charge back with a reason, and no more than was charged', async () => {
    const [jobId, now] = [randomUUID(), new Date().toISOString()];
    const requested = { ...JOB, jobId, ownerId: 'u2', at: now };
    await world.append(jobStream(jobId), { type: 'JobRequested', data: requested });
    await onAccount(world, onPlus('u2', now), ...charge('u2', jobId, credits(4), now));
    await world.caughtUp(projectionSubscriptionId(refactorJobs));
    const asked = { microCredits: null, reason: 'late' };
    await expect(takeBack(world, randomUUID(), asked)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(takeBack(world, jobId, { ...asked, reason: ' ' })).rejects.toMatchObject({
      code: 'REASON_REQUIRED',
    });
    const part = ['--reason', 'late', '--micro-credits', '1000000'];
    expect(await iama(['correct', jobId.slice(0, 8), ...part])).toMatchObject({
      code: 0,
      stdout: '1000000 micro-credits are taken back, 3000000 of the charge stand.\n',
    });
    expect(await takeBack(world, jobId, asked)).toMatchObject({ micro_credits: credits(3), left: 0 });
    await expect(takeBack(world, jobId, asked)).rejects.toMatchObject({ code: 'CORRECTION_EXCEEDS_CHARGE' });
  });

  it('[BIL-05] publishes prices that are ahead, once', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const list = {
      version: 'v1',
      effective_from: tomorrow,
      models: { m: { input: 300_000, cached: 30_000, output: 1_500_000 } },
    };
    const given = async (content: string): Promise<string> => {
      await writeFile(file('prices.json'), content);
      return file('prices.json');
    };
    await refused('PRICES_INVALID', 'prices', 'publish', await given('{'));
    await refused('PRICES_INVALID', 'prices', 'publish', await given('{"version":"v1"}'));
    const early = { ...list, effective_from: AT };
    await refused('PRICES_BACKDATED', 'prices', 'publish', await given(JSON.stringify(early)));
    const path = await given(JSON.stringify(list));
    for (let times = 0; times < 2; times += 1)
      expect(await iama(['prices', 'publish', path])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/UNHELD_CALL_UNAFFORDABLE: a call of m may cost 83.4 credits.*16666/),
      });
    const { stdout } = await iama(['prices', 'list']);
    expect(stdout.match(/v1 +\S+ +m +300000 +30000 +1500000/g)).toHaveLength(1);
    expect(stdout).toContain(tomorrow);
  });
});
