import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../../kernel/specification.ts';
import { job } from './job.ts';
import { ask } from './testing/ask.ts';
import * as at from './testing/journey.ts';
import { AT, artifact, base, OWNER, outcomes } from './testing/samples.ts';

describe('what an event holds', () => {
  const given = specificationFor(job, deepStrictEqual);

  it('[JOB-01] repeats the owner where a reader of the log needs it', () => {
    const { events } = at.pending();
    given(...events)
      .when(ask.start('FREE', { hold: 7 }))
      .then({
        type: 'JobStarted',
        data: {
          ...base,
          ownerId: OWNER,
          consentAt: AT,
          entitlement: {
            tier: 'FREE',
            modelClasses: ['L1'],
            contextCapTokens: 128_000,
            jobsPerDay: 3,
            fastTrack: false,
            deepFix: false,
          },
          preflight: { vcs: 'GIT', headCommit: 'abc', dirtyPaths: [], choice: 'CLEAN' },
          fastTrack: false,
          hold: 7,
        },
      });
  });

  it('[EXE-01] asks for a test with base, tests, recorded results and the newest patch', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    const requested = journey.does(ask.patch(0)).at(-1);
    expect(requested).toEqual({
      type: 'ExecutionRequested',
      data: {
        ...base,
        ownerId: OWNER,
        executionId: 'e-0',
        kind: 'TEST',
        attempt: 0,
        artifacts: [
          artifact('CONTEXT'),
          artifact('PATCH', '0'),
          artifact('TEST_PLAN'),
          artifact('BASELINE_REPORT'),
        ],
        selection: null,
        lockedHashes: outcomes.baselinePassed.lockedHashes,
        timeoutSeconds: 900,
      },
    });
  });
});
