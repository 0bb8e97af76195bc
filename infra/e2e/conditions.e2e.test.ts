import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliEnd } from './testing/cli.ts';
import { CLAMP, contentsOf, writePackage } from './testing/packages.ts';
import { type SignedIn, signedIn } from './testing/signed-in.ts';

let cli: SignedIn;
beforeAll(async () => {
  cli = await signedIn({ tier: 'MAX' });
});
afterAll(() => cli?.leave());

/** Sloppy: what it is given may be frozen, or no object at all. */
const MERGE = {
  ...CLAMP,
  'index.js': `/**
 * Gives one object the members of another.
 */
module.exports = function merge(a, b) {
  if (a && b) {
    for (var key in b) a[key] = b[key];
  }
  return a;
};
`,
};

const jobOf = ({ values }: CliEnd): string => String(values.at(-1)?.['job_id']);

describe('sloppy code whose writes strict mode could refuse', () => {
  it('[SPC-01] [EXE-07] is not converted because of --yes: the job ends, costs nothing and says what to do', async () => {
    const project = writePackage(join(cli.root, 'refused'), MERGE);
    const before = contentsOf(project);
    const ran = await cli.iama(['run', project, '--yes', '--json']);
    expect([ran.code, ran.values.at(-1)]).toEqual([
      3,
      expect.objectContaining({
        status: 'FAILED',
        code: 'CONDITION_NOT_ACCEPTED',
        reason: expect.stringContaining('index.js:6: Writes to a property'),
        spend: expect.objectContaining({ micro_credits: 0 }),
      }),
    ]);
    expect(ran.stderr).toContain('--accept-strict-mode');
    const events = await cli.product.eventsOf(jobOf(ran));
    expect(events.map(({ type }) => type)).not.toContain('ProposalSelected');
    expect(events.at(-1)).toMatchObject({ type: 'JobCancelled', data: { declined: ['STRICT_MODE'] } });
    // Whoever comes back to it is told the same, and not that they cancelled it.
    const again = await cli.iama(['attach', jobOf(ran), '--json']);
    expect(again.values.at(-1)).toMatchObject({ status: 'FAILED', code: 'CONDITION_NOT_ACCEPTED' });
    expect(contentsOf(project)).toEqual(before);
  });

  it('[SPC-01] [EXE-07] waits where nobody can be asked, and is delivered when the difference is accepted', async () => {
    const project = writePackage(join(cli.root, 'accepted'), MERGE);
    const ran = await cli.iama(['run', project, '--strategy', 'standard', '--json']);
    expect([ran.code, ran.values.at(-1)]).toEqual([
      5,
      expect.objectContaining({ status: 'WAITING_STRATEGY', code: 'WAITING_FOR_A_DECISION' }),
    ]);
    const went = await cli.iama(['attach', jobOf(ran), '--accept-strict-mode', '--yes']);
    expect([went.code, went.stderr]).toEqual([0, '']);
    expect(went.stdout).toContain('is otherwise in strict mode, which was accepted');
    expect(went.stdout).toContain('You accepted STRICT_MODE.');
    expect(Object.keys(contentsOf(project))).toContain('index.ts');

    const events = await cli.product.eventsOf(jobOf(ran));
    const dataOf = (wanted: string) => events.find(({ type }) => type === wanted)?.data;
    expect(dataOf('ProposalSelected')).toMatchObject({ accepted: ['STRICT_MODE'] });
    expect(JSON.stringify(dataOf('SpecDrafted'))).toContain('this difference is accepted');
  });
});
