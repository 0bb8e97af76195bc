import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { beginCli } from './testing/cli.ts';
import { CLAMP, writePackage } from './testing/packages.ts';
import { until } from './testing/product.ts';
import { type SignedIn, signedIn } from './testing/signed-in.ts';

let cli: SignedIn;
beforeAll(async () => {
  cli = await signedIn({ tier: 'MAX' });
  // What is agreed to once, with the first job.
  await cli.iama(['run', writePackage(join(cli.root, 'first'), CLAMP), '--yes', '--no-apply']);
});
afterAll(() => cli?.leave());

const admin = (...args: readonly string[]) =>
  runIama(['admin', ...args], {
    IAMA_DATABASE_URL: cli.product.databaseUrl,
    IAMA_DATA_DIR: cli.product.dataFolder,
  });

describe('a halt of spending', () => {
  it('[OPS-04] is told to who follows a job, which goes on by itself once it is released', async () => {
    const project = writePackage(join(cli.root, 'clamp'), CLAMP);
    // Nobody to ask: it stops where a strategy is to be chosen.
    const begun = await cli.iama(['run', project, '--json']);
    expect([begun.code, begun.stderr]).toEqual([5, expect.stringContaining('WAITING_FOR_A_DECISION')]);
    const jobId = String(begun.values.at(-1)?.['job_id']);
    expect((await admin('halt', '--reason', 'a wrong price')).code).toBe(0);
    const refused = await cli.iama(['run', writePackage(join(cli.root, 'other'), CLAMP), '--yes']);
    expect([refused.code, refused.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining('[SPENDING_HALTED]'),
    ]);

    const following = beginCli(cli.root, cli.product.url, ['attach', jobId, '--yes']);
    let shown = '';
    for (const stream of [following.child.stdout, following.child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
      });
    await until(
      () => `the halt is told: ${shown}`,
      async () => shown.includes('An operator has halted spending'),
      40,
    );
    expect((await cli.product.eventsOf(jobId)).map(({ type }) => type)).not.toContain('SpecDrafted');
    expect((await admin('release', '--reason', 'a right one is published')).code).toBe(0);
    const ended = await following.ended;
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('Spending is released.')]);
    expect(ended.stdout).not.toContain('a wrong price');
    expect(ended.stdout.split('An operator has halted spending')).toHaveLength(2);
    expect((await cli.product.eventsOf(jobId)).map(({ type }) => type)).toContain('TestsPassed');
  });
});
