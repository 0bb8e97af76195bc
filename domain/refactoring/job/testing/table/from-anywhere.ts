import { ask } from '../ask.ts';
import * as at from '../journey.ts';
import { cancel, expired, infra, inGrace, type Row, reported } from './row.ts';

/** Something runs, by a specification that was approved. */
const APPROVED_WORK = [
  ['GENERATING_TESTS', at.generatingTests],
  ['BASELINE_VALIDATION', at.baseline],
  ['REFACTORING', at.refactoring],
  ['DEEP_FIX_ACTIVE', at.deepFix],
  ['RECOVERY_PENDING', at.recovering],
] as const;

/** A client is awaited. */
export const EXECUTED = [
  ['ANALYZING', at.analysing],
  ['GENERATING_ANALYSIS_REPORT', reported],
  ...APPROVED_WORK,
] as const;

/** Every job that has not ended. */
export const OPEN = [
  ...EXECUTED,
  ['PENDING', at.pending],
  ['WAITING_STRATEGY', at.waitingStrategy],
  ['WAITING_SPEC_APPROVAL', at.waitingApproval],
  ['BASELINE_VALIDATION_FAILED', at.baselineFailed],
  ['WAITING_ESCALATION_DECISION', at.waitingEscalation],
  ['WAITING_INTERVENTION', at.waitingIntervention],
  ['USER_INTERVENING', at.intervening],
  ['FALLBACK_REQUIRED', at.fallback],
] as const;

/** What can happen in many statuses. */
export const fromAnywhere: readonly Row[] = [
  ...APPROVED_WORK.map(
    ([from, journey]): Row => [
      `is specified anew while ${from}`,
      journey,
      from,
      ask.revise('t1', 't2'),
      ['SpecUpdatedDuringExecution'],
      'WAITING_SPEC_APPROVAL',
    ],
  ),
  ...OPEN.flatMap(([from, journey]): readonly Row[] => [
    [`is cancelled while ${from}`, journey, from, cancel, ['JobCancelled'], 'FAILED'],
    [`fails for our reasons while ${from}`, journey, from, infra, ['InfraFailed'], 'FAILED'],
  ]),
  ...EXECUTED.map(
    ([from, journey]): Row => [
      `loses its client while ${from}`,
      () => inGrace(journey()),
      from,
      { type: 'ExpireGrace', data: expired },
      ['ClientLost'],
      'FAILED',
    ],
  ),
];
