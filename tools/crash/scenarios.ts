import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  acceptPart,
  atIntervention,
  changeSpec,
  decideTimeout,
  inFallback,
  of,
  ownPatch,
  toFallback,
} from './decisions.ts';
import { CLAMP, COUNTER, STUBBORN, TYPED, UNRUNNABLE, WRITTEN } from './packages.ts';
import {
  awaited,
  cli,
  END,
  isApplied,
  RUN,
  type Scenario,
  send,
  time,
  usual,
  WAIT,
  waitHere,
} from './scenario.ts';
import { chooseWith, lost, readableAgain, unreadable } from './storage.ts';

/** Every course that a job can take, each as what the person does at every point of it. */
const SCENARIOS = {
  /** Goes well, is applied and reverted; killed at every one of its events. */
  delivery: {
    files: CLAMP,
    run: ['--yes', '--apply', '--json'],
    turn: (sight) => {
      const { state, jobId } = sight;
      if (state.status === 'DELIVERED' && state.execution === null && state.delivery.phase === 'REVERTED')
        return END;
      const reverting = isApplied(sight) || awaited(sight) === 'REVERT';
      return reverting ? cli('revert', jobId) : cli('attach', jobId, '--yes', '--apply');
    },
  },
  refused: { files: TYPED, run: RUN, turn: usual },
  repair: { files: WRITTEN, run: RUN, turn: usual },
  /** Cap, hold and specification are changed before the approval, the specification again while the baseline is awaited. */
  'spec-changed': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      const { state, times } = sight;
      if (state.status === 'WAITING_SPEC_APPROVAL' && times('BudgetCapSet') === 0)
        return send(({ call }) => call('SetBudgetCap', { ...of(sight), body: { micro_credits: 1_000 } }));
      if (state.status === 'WAITING_SPEC_APPROVAL' && times('HoldRaised') === 0)
        return send(({ call }) => call('RaiseHold', { ...of(sight), body: { micro_credits: 1_000 } }));
      if (state.status === 'WAITING_SPEC_APPROVAL' && times('SpecRevised') === 0)
        return changeSpec(sight, 'The name of the file stays.');
      if (times('SpecApproved') === 0 || times('SpecUpdatedDuringExecution') > 0) return usual(sight);
      return awaited(sight) === 'BASELINE' ? changeSpec(sight, 'No type is exported.') : waitHere(sight);
    },
  },
  /** Part of the delivery is taken and put back; then all of it, which a later edit keeps from being put back. */
  partial: {
    files: COUNTER,
    run: ['--strategy', 'standard', '--accept', 'none', '--apply', '--json'],
    also: ['DeliveryAccepted#1', 'DeliveryApplied#1', 'DeliveryReverted#1', 'DeliveryAccepted#2'],
    turn: (sight) => {
      const { state, jobId, project, times } = sight;
      if (times('RevertBlocked') > 0) return END;
      if (state.status !== 'DELIVERED') return usual(sight);
      if (awaited(sight) === 'REVERT') return cli('revert', jobId);
      if (state.delivery.phase === 'OFFERED') return acceptPart(sight);
      if (state.delivery.phase === 'REVERTED')
        return times('DeliveryAccepted') > 1 ? END : send((client) => client.acceptDelivery(jobId, 'ALL'));
      if (!isApplied(sight)) return cli('attach', jobId, '--accept', 'all', '--apply');
      if (times('DeliveryApplied') > 1) writeFileSync(join(project, 'twice.ts'), 'export const mine = 1;\n');
      return cli('revert', jobId);
    },
  },
  /** Nothing can be recorded; the first patch is refused; a stronger class has no other, and a deep fix delivers. */
  unguarded: {
    files: UNRUNNABLE,
    run: RUN,
    turn: (sight) =>
      toFallback(sight) ??
      inFallback(sight, ({ call }) =>
        sight.times('RetriedStronger') === 0
          ? call('RetryStronger', of(sight))
          : call('ConfirmDeepFix', of(sight)),
      ) ??
      usual(sight),
  },
  abandoned: {
    files: UNRUNNABLE,
    run: RUN,
    turn: (sight) =>
      toFallback(sight) ?? inFallback(sight, ({ call }) => call('AbandonJob', of(sight))) ?? usual(sight),
  },
  /** The same failure three times; the person takes the work over, and the tests pass on what was made by hand. */
  intervention: {
    files: STUBBORN,
    run: RUN,
    turn: (sight) => {
      if (atIntervention(sight)) return send(({ call }) => call('OpenIntervention', of(sight)));
      return sight.state.status === 'USER_INTERVENING' && awaited(sight) === null
        ? send(({ call }) => call('RunInterventionTests', { ...of(sight), body: { patch: ownPatch(sight) } }))
        : usual(sight);
    },
  },
  'intervention-late': {
    files: STUBBORN,
    run: RUN,
    turn: (sight) => (atIntervention(sight) ? time('intervention') : usual(sight)),
  },
  /** Goes on after the third failure, has nothing left to try, and is ended by the person. */
  'repair-continued': {
    files: STUBBORN,
    run: RUN,
    turn: (sight) =>
      atIntervention(sight)
        ? send(({ call }) => call('ContinueRepair', of(sight)))
        : (inFallback(sight, (client) => client.cancel(sight.jobId)) ?? usual(sight)),
  },
  cancelled: {
    files: CLAMP,
    run: RUN,
    turn: (sight) =>
      sight.state.status === 'WAITING_SPEC_APPROVAL' ? cli('cancel', sight.jobId) : usual(sight),
  },
  /** Nobody is there when the baseline is asked for; the machine comes back before the grace is over. */
  'client-back': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      if (sight.times('SpecApproved') === 0 || sight.times('ClientHeartbeatMissed') > 0) return usual(sight);
      return awaited(sight) === 'BASELINE' ? time('heartbeat') : WAIT;
    },
  },
  'client-lost': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      if (sight.times('SpecApproved') === 0 || sight.state.status === 'FAILED') return usual(sight);
      if (sight.times('ClientHeartbeatMissed') > 0) return time('grace');
      return awaited(sight) === 'BASELINE' ? time('heartbeat') : WAIT;
    },
  },
  /** Nobody does the work that is asked for, until the tests are repeated with more time for the second time. */
  'time-out': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      const { state, times } = sight;
      if (times('SpecApproved') === 0 || times('TestsRepeated') > 0) return usual(sight);
      if (state.status === 'BASELINE_VALIDATION_FAILED' && times('BaselineRepeated') > 0)
        return decideTimeout(sight, 'continue');
      if (state.status === 'BASELINE_VALIDATION_FAILED' || atIntervention(sight))
        return decideTimeout(sight, 'increase_timeout');
      return awaited(sight) === null ? waitHere(sight) : time('execution');
    },
  },
  /** The server cannot read the sources until the time of the stage is over, and then it can. */
  'stage-late': {
    files: CLAMP,
    run: ['--accept', 'all', '--apply', '--json'],
    turn: (sight) => {
      const { state, times } = sight;
      if (times('StageTimedOut') > 0) readableAgain(sight);
      if (times('StageTimedOut') > 0 || state.status !== 'WAITING_STRATEGY') return usual(sight);
      return state.chosen === null ? chooseWith(sight, unreadable) : time('stage');
    },
  },
  /** The sources that were sent are gone from the server's disk when the next stage wants them. */
  'storage-lost': {
    files: CLAMP,
    run: ['--json'],
    turn: (sight) => {
      const { state } = sight;
      if (state.status !== 'WAITING_STRATEGY') return usual(sight);
      return state.chosen === null ? chooseWith(sight, lost) : waitHere(sight);
    },
  },
} satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];
export const scenarioOf = (name: ScenarioName): Scenario => SCENARIOS[name];
