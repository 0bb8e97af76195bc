import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliEnd } from './testing/cli.ts';
import { CLAMP, contentsOf, git, writePackage } from './testing/packages.ts';
import { type SignedIn, signedIn } from './testing/signed-in.ts';

let cli: SignedIn;
beforeAll(async () => {
  cli = await signedIn({ tier: 'MAX' });
});
afterAll(() => cli?.leave());

/** With a test that is a plain script, and that leaves a branch out. */
const TESTED_CLAMP = {
  ...CLAMP,
  'package.json': String(CLAMP['package.json']).replace(
    '"main"',
    '"scripts": { "test": "node test.js" },\n  "main"',
  ),
  'test.js': `var clamp = require('./');
[[0, 1], [2, 2], [9, 3]].forEach(function (pair) {
  if (clamp(pair[0], 1, 3) !== pair[1]) throw new Error('clamp(' + pair[0] + ')');
});
`,
};

const jobOf = ({ values }: CliEnd): string => String(values.at(-1)?.['job_id']);

describe('the command line, as a person or a script uses it', () => {
  it('[EXE-07] [DEL-04] does not put back over work that came after, nor what was committed', async () => {
    const project = writePackage(join(cli.root, 'later'), CLAMP);
    const ran = await cli.iama(['run', project, '--yes', '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.values.at(-1)).toMatchObject({ status: 'DELIVERED', applied: true, reverted: false });

    const applied = readFileSync(join(project, 'index.ts'), 'utf8');
    writeFileSync(join(project, 'index.ts'), `${applied}// mine\n`);
    const drifted = await cli.iama(['revert', jobOf(ran), '--json']);
    expect(drifted.code).toBe(4);
    expect(drifted.values.at(-1)).toMatchObject({ code: 'BASE_CONFLICT' });
    expect(drifted.stderr).toContain('index.ts');
    expect(readFileSync(join(project, 'index.ts'), 'utf8')).toBe(`${applied}// mine\n`);

    writeFileSync(join(project, 'index.ts'), applied);
    git(project, 'add', '-A');
    git(project, 'commit', '-q', '-m', 'typed');
    const committed = await cli.iama(['revert', jobOf(ran), '--json']);
    expect(committed.code).toBe(4);
    expect(committed.values.at(-1)).toMatchObject({ code: 'POST_COMMIT_REVERT_BLOCKED' });
    const patch = /git apply (\S+)/.exec(committed.stderr)?.[1] ?? '';
    git(project, 'apply', patch);
    expect(readFileSync(join(project, 'index.js'), 'utf8')).toBe(CLAMP['index.js']);

    const events = await cli.product.eventsOf(jobOf(ran));
    expect(events.filter(({ type }) => type === 'RevertBlocked').map(({ data }) => data['code'])).toEqual([
      'BASE_CONFLICT',
      'POST_COMMIT_REVERT_BLOCKED',
    ]);
    // The log says why, and not where on the person's machine.
    expect(JSON.stringify(events)).not.toContain(cli.root);
  });

  it('[EXE-07] [DEL-02] writes nothing when a file has changed since the job began, and says which', async () => {
    const project = writePackage(join(cli.root, 'changed'), CLAMP);
    const ran = await cli.iama(['run', project, '--yes', '--no-apply', '--json']);
    expect(ran.code).toBe(0);
    expect(ran.values.at(-1)).toMatchObject({ status: 'DELIVERED', applied: false });

    writeFileSync(join(project, 'index.js'), `${CLAMP['index.js']}// mine\n`);
    const before = contentsOf(project);
    const refused = await cli.iama(['attach', jobOf(ran), '--apply', '--json']);
    expect(refused.code).toBe(4);
    expect(refused.values.at(-1)).toMatchObject({ code: 'BASE_CONFLICT', applied: false });
    expect(refused.stderr).toContain('index.js');
    expect(refused.stderr).toContain(`iama attach ${jobOf(ran)} --apply`);
    expect(contentsOf(project)).toEqual(before);

    writeFileSync(join(project, 'index.js'), String(CLAMP['index.js']));
    const again = await cli.iama(['attach', jobOf(ran), '--apply', '--json']);
    expect([again.code, again.values.at(-1)]).toEqual([0, expect.objectContaining({ applied: true })]);
    expect(Object.keys(contentsOf(project))).toContain('index.ts');
  });

  it('[EXE-07] [TST-01] proves by own tests, applies and puts back byte for byte, in words that a person can follow', async () => {
    const project = writePackage(join(cli.root, 'plain'), TESTED_CLAMP);
    const before = contentsOf(project);
    const ran = await cli.iama(['run', project, '--yes', '--apply', '--test-mode', 'assertion']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain("1 of the project's own tests passes 3 of 3 times on the untouched code");
    expect(ran.stdout).toContain('npm test does not tell its tests one by one: it counts as one');
    expect(ran.stdout).toContain("Only the project's own tests guard this");
    expect(ran.stdout).toContain('1 of 1 locked tests pass.');
    expect(ran.stdout).toContain('Applied: 3 files of your project changed.');
    expect(ran.stdout).not.toMatch(/Attempt 0|undefined|null|NaN/);
    const ambiguous = await cli.iama(['revert', '--json']);
    expect([ambiguous.code, ambiguous.values.at(-1)]).toEqual([
      2,
      expect.objectContaining({ code: 'JOB_AMBIGUOUS' }),
    ]);
    expect(ambiguous.stderr).toContain(`in ${project}\n`);
    expect(contentsOf(project)).not.toEqual(before);
    const reverted = await cli.iama(['revert'], { folder: project });
    expect([reverted.code, reverted.stderr]).toEqual([0, '']);
    expect(contentsOf(project)).toEqual(before);
    expect((await cli.iama(['revert'], { folder: project })).stdout).toContain('reverted before');
  });

  it('[EXE-07] ends the only job that can be meant, and none of several', async () => {
    const waiting = async (name: string) => {
      const project = writePackage(join(cli.root, name), CLAMP);
      const ran = await cli.iama(['run', project, '--json']);
      expect([ran.code, ran.values.at(-1)]).toEqual([
        5,
        expect.objectContaining({ code: 'WAITING_FOR_A_DECISION' }),
      ]);
      return { project, jobId: jobOf(ran) };
    };
    const [one, other] = [await waiting('one'), await waiting('other')];
    const ambiguous = await cli.iama(['cancel', '--json']);
    expect([ambiguous.code, ambiguous.values.at(-1)]).toEqual([
      2,
      expect.objectContaining({ code: 'JOB_AMBIGUOUS' }),
    ]);
    expect(ambiguous.stderr).toContain(`iama cancel ${one.jobId}`);
    expect(ambiguous.stderr).toContain(`iama cancel ${other.jobId}`);
    const cancelled = await cli.iama(['cancel', '--json'], { folder: one.project });
    expect([cancelled.code, cancelled.values.at(-1)]).toEqual([0, { job_id: one.jobId, status: 'FAILED' }]);
    const last = await cli.iama(['cancel', '--json']);
    expect([last.code, last.values.at(-1)]).toEqual([0, { job_id: other.jobId, status: 'FAILED' }]);
  });

  it('[OPS-06] leaves a log of which today’s rules would decide nothing otherwise', async () => {
    const { code, stdout } = await cli.iama(['audit', 'what-if', '--all', '--json'], {
      env: cli.product.env,
    });
    const answers: { stream: string; same: number; differences: unknown[]; not_decidable: unknown[] }[] =
      JSON.parse(stdout);
    expect([code, answers.flatMap(({ differences }) => differences)]).toEqual([0, []]);
    expect(answers.flatMap(({ not_decidable }) => not_decidable)).toEqual([
      expect.objectContaining({ type: 'ExecutionReported', why: expect.stringContaining('what failed') }),
    ]);
    const kinds = new Set(answers.map(({ stream }) => stream.replace(/-[0-9a-f-]{32,}$/, '')));
    expect([...kinds].sort()).toEqual(['account', 'email', 'job', 'session', 'usage', 'user']);
    expect(answers.reduce((sum, { same }) => sum + same, 0)).toBeGreaterThan(50);
  });
});
