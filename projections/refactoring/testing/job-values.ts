import { call as recipeCall } from '../../../domain/refactoring/job/testing/samples.ts';
import type { ArtifactRef, TestCounts } from '../../../domain/refactoring/job/values.ts';

export const JOB = 'job-1';
export const AT = '2026-11-20T10:00:00.000Z';
export const LATER = '2026-11-20T10:05:00.000Z';

export const artifact = (artifactId: string, kind: ArtifactRef['kind']): ArtifactRef => ({
  artifactId,
  kind,
  sha256: 'a'.repeat(64),
  size: 10,
  expiresAt: '2026-12-04T10:00:00.000Z',
});

export const counts: TestCounts = { total: 3, passed: 2, failed: 1, timedOut: 0, skipped: 0 };

export const call = recipeCall({ model: 'recipes', inputTokens: 5, outputTokens: 7, latencyMs: 1 });

export const specification = {
  bdd: [{ id: 'b1', given: 'g', when: 'w', then: 't' }],
  sdd: [
    { id: 's1', topic: 'TYPES', statement: 'typed' },
    { id: 's2', topic: 'STRUCTURE', statement: 'split' },
  ],
} as const;

export const proposal = {
  proposalId: 'p1',
  strategy: 'STANDARD',
  title: 'Standard',
  simple: '',
  professional: '',
  filesTouched: [],
  risk: 1,
  breakingSurface: [],
  dependencyCompatibility: [],
  complexity: { files: 1, lines: 1, functions: 1, branches: 1 },
  credits: { estimate: 0, low: 0, high: 0 },
} as const;

export const ratio = { covered: 1, total: 1 };
export const in_ = { jobId: JOB, at: AT } as const;
