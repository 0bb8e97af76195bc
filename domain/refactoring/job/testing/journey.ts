import type { JobCommand } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import type { ExecutionOutcome } from '../execution-outcome.ts';
import { job } from '../job.ts';
import type { JobState } from '../state.ts';
import type { Tier } from '../values.ts';
import { ask } from './ask.ts';
import { base, outcomes, testFailed } from './samples.ts';

/** A job brought somewhere by real commands: every test starts from events that the decider itself wrote. */
export class Journey {
  readonly events: JobEvent[] = [];
  /** The same, by the command that they came of. */
  readonly decisions: JobEvent[][] = [];
  state: JobState = job.initialState();

  /** Decides and folds; returns the new events. */
  does(command: JobCommand): JobEvent[] {
    const events = job.decide(command, this.state);
    for (const event of events) this.state = job.evolve(this.state, event);
    this.events.push(...events);
    this.decisions.push(events);
    return events;
  }

  claimAndReport(executionId: string, outcome: ExecutionOutcome): JobEvent[] {
    this.does(ask.claim(executionId));
    return this.does(ask.report(executionId, outcome));
  }

  /** One attempt from its start to its test result. */
  attempt(outcome: ExecutionOutcome): JobEvent[] {
    const started = this.does(ask.attempt()).find((event) => event.type === 'AttemptStarted');
    if (started === undefined) throw new Error('no attempt was started');
    this.does(ask.patch(started.data.attempt));
    return this.claimAndReport(`e-${started.data.attempt}`, outcome);
  }

  /** Attempts with a fingerprint each. */
  failing(...fingerprints: readonly string[]): this {
    for (const fingerprint of fingerprints) this.attempt(testFailed(fingerprint));
    return this;
  }
}

export const pending = (): Journey => {
  const journey = new Journey();
  journey.does(ask.request());
  journey.does(ask.attach());
  return journey;
};

type Start = Partial<Extract<JobCommand, { type: 'StartJob' }>['data']>;

export const analysing = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = pending();
  journey.does(ask.start(tier, overrides));
  return journey;
};

export const waitingStrategy = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = analysing(tier, overrides);
  journey.does(ask.proposals());
  return journey;
};

export const waitingApproval = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = waitingStrategy(tier, overrides);
  journey.does(ask.select());
  journey.does(ask.draft());
  return journey;
};

export const generatingTests = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = waitingApproval(tier, overrides);
  journey.does(ask.approve());
  return journey;
};

export const baseline = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = generatingTests(tier, overrides);
  journey.does(ask.plan());
  return journey;
};

export const baselineFailed = (tier: Tier = 'FREE'): Journey => {
  const journey = baseline(tier);
  journey.claimAndReport('e-baseline', outcomes.baselineFailed);
  return journey;
};

export const refactoring = (tier: Tier = 'FREE', overrides: Start = {}): Journey => {
  const journey = baseline(tier, overrides);
  journey.claimAndReport('e-baseline', outcomes.baselinePassed);
  return journey;
};

/** Recipe, then three identical failures. */
export const waitingIntervention = (tier: Tier = 'FREE'): Journey =>
  refactoring(tier).failing('recipe', 'same', 'same', 'same');

export const intervening = (tier: Tier = 'FREE'): Journey => {
  const journey = waitingIntervention(tier);
  journey.does({ type: 'OpenIntervention', data: { ...base, by: 'ada' } });
  return journey;
};

/** Six attempts of MAX without a repeated failure: the next phase asks for L3. */
export const waitingEscalation = (): Journey => refactoring('MAX').failing('r', 'a', 'b', 'c', 'd', 'e', 'f');

export const recovering = (tier: Tier = 'FREE'): Journey => {
  if (tier === 'FREE') return refactoring('FREE').failing('r', 'a', 'b', 'c');
  const journey = waitingEscalation();
  journey.does({ type: 'DeclineEscalation', data: { ...base, by: 'ada' } });
  return journey;
};

export const fallback = (tier: Tier = 'FREE'): Journey => {
  const journey = recovering(tier);
  journey.does({ type: 'CompleteRecovery', data: { ...base, partialPatch: null, restored: true } });
  return journey;
};

export const deepFix = (): Journey => {
  const journey = waitingIntervention('PRO');
  journey.does({ type: 'ConfirmDeepFix', data: { ...base, by: 'ada', modelClass: 'L2' } });
  return journey;
};

export const delivered = (tier: Tier = 'FREE'): Journey => {
  const journey = refactoring(tier);
  journey.attempt(outcomes.testPassed);
  return journey;
};

export const applied = (): Journey => {
  const journey = delivered();
  journey.does({ type: 'AcceptDelivery', data: { ...base, by: 'ada', selection: 'ALL', unknown: [] } });
  journey.does({ type: 'ApplyDelivery', data: { ...base, by: 'ada', executionId: 'e-apply' } });
  journey.claimAndReport('e-apply', outcomes.applied);
  return journey;
};
