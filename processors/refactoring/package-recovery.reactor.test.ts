import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { artifact, base, JOB } from '../../domain/refactoring/job/testing/samples.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { packageRecoveryReactor } from './package-recovery.reactor.ts';
import { bench, only, running, SOURCE, sha256 } from './testing/bench.ts';

describe('the recovery', () => {
  const rename = {
    op: 'RENAME_FILE',
    path: 'index.js',
    baseSha256: sha256(SOURCE),
    to: 'index.ts',
    content: 'export = 1;\n',
  };
  const run = (edits: readonly Json[] | 'expired' | 'swept' | 'none') => {
    const given = bench(null);
    const stored = (): ArtifactRef =>
      typeof edits === 'string' ? artifact('PATCH') : given.json('PATCH', { schema: 'iama.patch/1', edits });
    const data = { jobId: JOB, context: given.context, patch: edits === 'none' ? null : stored() };
    const swept = async (): Promise<never> => {
      throw new Rejection('ARTIFACT_NOT_FOUND', 'gone');
    };
    const { artifacts } = given.tools;
    const tools =
      edits === 'swept' ? { ...given.tools, artifacts: { ...artifacts, get: swept } } : given.tools;
    return {
      ...given,
      commands: packageRecoveryReactor(tools).run({ type: 'PackageRecovery', data }, running),
    };
  };

  it('[JOB-01] does not fail for a patch that is gone, was never made or does not apply', async () => {
    for (const patch of ['expired', 'swept', 'none', [{ ...rename, baseSha256: sha256('other') }]] as const)
      expect(only(await run(patch).commands)).toEqual({
        type: 'CompleteRecovery',
        data: { ...base, partialPatch: null, restored: true },
      });
  });

  it('[INT-03] packs the newest patch as a diff that a person can read', async () => {
    const { commands, text } = run([
      rename,
      { op: 'WRITE_FILE', path: 'tsconfig.json', baseSha256: null, content: '{}\n' },
    ]);
    const command = only(await commands);
    if (command.type !== 'CompleteRecovery' || command.data.partialPatch === null)
      throw new Error('a packed patch is expected');
    const diff = text(command.data.partialPatch);
    expect(diff).toContain('-module.exports = 1;');
    expect(diff).toContain('+export = 1;');
    expect(diff).toContain('rename to index.ts');
    expect(diff).toContain('+{}');
    expect(diff.match(/^diff --git/gm)).toHaveLength(2);
  });
});
