import type { JobCommand } from '../../commands.ts';
import type { JobStatus, Stage } from '../../values.ts';
import { ask } from '../ask.ts';
import { why } from '../given.ts';
import * as at from '../journey.ts';
import { AT, artifact, base } from '../samples.ts';
import { EXECUTED, OPEN } from './from-anywhere.ts';
import { accepted, cancel, inGrace, type Row, reported, selected } from './row.ts';

const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
const resumed: JobCommand = { type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } };

const attempting = (): at.Journey => {
  const journey = at.refactoring();
  journey.does(ask.attempt());
  return journey;
};

const cancelled = (): at.Journey => {
  const journey = at.refactoring();
  journey.does(cancel);
  return journey;
};

/** A call of before is still told of. */
const ENDED = [
  ['FAILED', cancelled],
  ['DELIVERED', at.delivered],
] as const;

const intervened = (): at.Journey => {
  const journey = at.intervening();
  journey.does({
    type: 'RunInterventionTests',
    data: { ...why, executionId: 'mine', patch: artifact('PATCH') },
  });
  return journey;
};

const applying = (): at.Journey => {
  const journey = accepted();
  journey.does({ type: 'ApplyDelivery', data: { ...why, executionId: 'e-apply' } });
  return journey;
};

const STAGES: readonly (readonly [JobStatus, () => at.Journey, Stage, attempt: number | null])[] = [
  ['ANALYZING', at.analysing, 'ANALYSE', null],
  ['GENERATING_ANALYSIS_REPORT', reported, 'ANALYSE', null],
  ['WAITING_STRATEGY', () => selected(false), 'SPECIFY', null],
  ['GENERATING_TESTS', at.generatingTests, 'PLAN_TESTS', null],
  ['REFACTORING', attempting, 'PATCH', 0],
  ['DEEP_FIX_ACTIVE', at.deepFix, 'PATCH', 4],
  ['RECOVERY_PENDING', at.recovering, 'RECOVER', null],
];

const late = (journey: at.Journey, command: JobCommand): at.Journey => {
  journey.does(command);
  return journey;
};

const EXECUTIONS: readonly (readonly [JobStatus, () => at.Journey, executionId: string])[] = [
  ['BASELINE_VALIDATION', at.baseline, 'e-baseline'],
  ['REFACTORING', () => late(attempting(), ask.patch(0)), 'e-0'],
  ['USER_INTERVENING', intervened, 'mine'],
  ['DELIVERED', applying, 'e-apply'],
];

/** What leaves a job in its status, and what ends it because that went on for too long. */
export const inPlace: readonly Row[] = [
  ['has its sources again', at.pending, 'PENDING', ask.attach(), [], 'PENDING'],
  [
    'is specified anew before the approval',
    at.waitingApproval,
    'WAITING_SPEC_APPROVAL',
    ask.revise('t1', 't2'),
    ['SpecRevised'],
    'WAITING_SPEC_APPROVAL',
  ],
  ['starts an attempt', at.refactoring, 'REFACTORING', ask.attempt(), ['AttemptStarted'], 'REFACTORING'],
  [
    'gets a patch',
    attempting,
    'REFACTORING',
    ask.patch(0),
    ['ModelCalled', 'PatchGenerated', 'ExecutionRequested'],
    'REFACTORING',
  ],
  [
    'gets no patch',
    attempting,
    'REFACTORING',
    ask.patchFailure(0, 'SCHEMA_VIOLATION'),
    ['ModelCalled', 'PatchRejected'],
    'REFACTORING',
  ],
  [
    'gets no patch in a deep fix',
    at.deepFix,
    'DEEP_FIX_ACTIVE',
    ask.patchFailure(4, 'SCHEMA_VIOLATION'),
    ['ModelCalled', 'PatchRejected', 'InfraFailed'],
    'FAILED',
  ],
  [
    'is tried by the person',
    at.intervening,
    'USER_INTERVENING',
    { type: 'RunInterventionTests', data: { ...why, executionId: 'mine', patch: artifact('PATCH') } },
    ['ExecutionRequested'],
    'USER_INTERVENING',
  ],
  [
    'is to be applied',
    accepted,
    'DELIVERED',
    { type: 'ApplyDelivery', data: { ...why, executionId: 'e' } },
    ['ExecutionRequested'],
    'DELIVERED',
  ],
  [
    'is to be reverted',
    at.applied,
    'DELIVERED',
    { type: 'RevertDelivery', data: { ...why, executionId: 'e' } },
    ['ExecutionRequested'],
    'DELIVERED',
  ],
  ...[...OPEN.filter(([from]) => from !== 'PENDING'), ...ENDED].map(
    ([from, journey]): Row => [
      `hears of a call that came to nothing while ${from}`,
      journey,
      from,
      ask.failedCall(),
      ['ModelCalled'],
      from,
    ],
  ),
  ...EXECUTED.flatMap(([from, journey]): readonly Row[] => [
    [`misses its client while ${from}`, journey, from, missed, ['ClientHeartbeatMissed'], from],
    [
      `has its client back while ${from}`,
      () => inGrace(journey()),
      from,
      resumed,
      ['ClientHeartbeatResumed'],
      from,
    ],
    [
      `is cut off in grace while ${from}`,
      () => inGrace(journey()),
      from,
      { type: 'ForceTerminate', data: why },
      ['JobCancelled'],
      'FAILED',
    ],
  ]),
  ...STAGES.flatMap(([from, journey, stage, attempt]): readonly Row[] => {
    const command = ask.timeOutStage(stage, attempt);
    return [
      [`asks again for a late ${stage} while ${from}`, journey, from, command, ['StageTimedOut'], from],
      [
        `gives up a ${stage} that is late twice while ${from}`,
        () => late(journey(), command),
        from,
        command,
        ['InfraFailed'],
        'FAILED',
      ],
    ];
  }),
  ...EXECUTIONS.flatMap(([from, journey, executionId]): readonly Row[] => [
    [`has its work claimed while ${from}`, journey, from, ask.claim(executionId), ['ExecutionClaimed'], from],
    [
      `asks again for late work while ${from}`,
      journey,
      from,
      ask.timeOut(executionId, 'again'),
      ['ExecutionTimedOut', 'ExecutionRequested'],
      from,
    ],
  ]),
];
