import { expect, it } from 'vitest';
import { upcast } from '../../kernel/upcasting.ts';
import { JOB_UPCASTERS } from './upcasters.ts';

it('[ES-08] [JOB-01] events of older jobs are read as what they meant when they were stored', () => {
  const read = (type: string, data: Readonly<Record<string, unknown>>) =>
    upcast(new Map(JOB_UPCASTERS), type, 1, { jobId: 'j', ...data });
  const added = {
    ContextAttached: [{ baseHashes: { 'a.js': 'h' } }, { baseManifest: null }],
    BaselinePassed: [{}, { tests: 0 }],
    BaselineOverridden: [{}, { kept: { report: null, lockedHashes: null, tests: 0 } }],
    EscalationConfirmed: [{}, { resumes: 'REFACTORING' }],
    JobStarted: [{ hold: 1 }, { hold: 1 }],
    ModelCalled: [{ call: { outcome: 'SUCCESS' } }, { call: { outcome: 'SUCCESS' } }],
    DeliveryAccepted: [{ by: 'u' }, { by: 'u' }],
    ProposalsGenerated: [{ notes: [] }, { notes: [] }],
    ProposalSelected: [{ strategy: 'STANDARD' }, { strategy: 'STANDARD' }],
    JobCancelled: [{ by: 'u' }, { by: 'u' }],
  } as const;
  expect(Object.keys(added).sort()).toEqual(JOB_UPCASTERS.map(([type]) => type).sort());
  for (const [type, [stored, today]] of Object.entries(added))
    expect([type, read(type, stored)]).toEqual([type, { jobId: 'j', ...today }]);
});
