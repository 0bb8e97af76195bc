import type { PersonalFields } from '../../kernel/personal.ts';

const SPECIFICATION: PersonalFields = {
  of: 'jobId',
  fields: [
    'specification.bdd.*.given',
    'specification.bdd.*.when',
    'specification.bdd.*.then',
    'specification.sdd.*.statement',
  ],
};

/** What people and their machines write about a job in words of their own (ES-13). */
export const JOB_PERSONAL: readonly (readonly [type: string, personal: PersonalFields])[] = [
  ['JobRequested', { of: 'ownerId', fields: ['title', 'goalText', 'targets.*'] }],
  ['SpecDrafted', SPECIFICATION],
  ['SpecRevised', SPECIFICATION],
  ['SpecUpdatedDuringExecution', SPECIFICATION],
  ['SpecReopened', { of: 'jobId', fields: ['reason'] }],
  ['BaselineFailed', { of: 'jobId', fields: ['reason'] }],
  ['BaselineOverridden', { of: 'jobId', fields: ['why'] }],
  ['RevertBlocked', { of: 'jobId', fields: ['reason'] }],
  ['LogLineWritten', { of: 'jobId', fields: ['line'] }],
];
