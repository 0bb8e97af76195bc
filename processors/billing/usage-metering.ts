import { type UsageCommand, type UsageEntry, usageKey } from '../../domain/billing/usage.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { ProcessManager } from '../../domain/kernel/process-manager.ts';
import type {
  AttemptStarted,
  InterventionOpened,
  ModelCalled,
  PatchRejected,
} from '../../domain/refactoring/job/events.ts';
import { pricedCall } from './priced-call.ts';

const entryOf = ({ data, metadata }: Positioned<ModelCalled>): UsageEntry => {
  const { call, jobId, ownerId, at } = data;
  const { priceVersion, microCredits, isPriced, failureClass } = pricedCall(call);
  const { stage, modelClass, attempt } = call;
  // The call's own ordinal only counts gateways, and attempt 0 comes again when the specification reopens.
  const ordinal = Number(metadata.streamPosition);
  return {
    entryKey: usageKey({ jobId, modelClass, attempt, ordinal }),
    userId: ownerId,
    jobId,
    modelClass,
    attempt,
    ordinal,
    stage,
    gateway: call.gateway,
    model: call.model,
    priceVersion,
    inputTokens: call.inputTokens,
    cachedTokens: call.cachedTokens,
    outputTokens: call.outputTokens,
    microCredits,
    billable: isPriced,
    failureClass,
    ...(call.fault === undefined ? {} : { fault: call.fault }),
    ...(call.atMost === undefined ? {} : { atMost: call.atMost }),
    ...(call.retryAfterMs === undefined ? {} : { retryAfterMs: call.retryAfterMs }),
    at,
  };
};

export type MeteredEvent = ModelCalled | AttemptStarted | PatchRejected | InterventionOpened;

type Entry = Readonly<{ entryKey: string; userId: string }>;
/** Entries of the patches of each attempt that may still be charged, by its number. */
export type MeteringState = Readonly<{ patches: Readonly<Record<string, readonly Entry[]>> }>;

const isPatch = ({ data: { call } }: ModelCalled): boolean =>
  call.stage === 'PATCH' || call.stage === 'REPAIR';

const evolve = (state: MeteringState, event: Positioned<MeteredEvent>): MeteringState => {
  const { patches } = state;
  // An attempt of the same number comes again when the specification reopens.
  if (event.type === 'AttemptStarted') return { patches: { ...patches, [event.data.attempt]: [] } };
  // From here to the next attempt, what is rejected was made by the person and not by a call.
  if (event.type === 'InterventionOpened') return { patches: {} };
  if (event.type === 'PatchRejected' || !isPatch(event)) return state;
  const { entryKey, userId, attempt, failureClass } = entryOf(event);
  if (failureClass !== null) return state;
  return { patches: { ...patches, [attempt]: [...(patches[attempt] ?? []), { entryKey, userId }] } };
};

/** BIL-06: a patch that would not apply, or was none, is charged to nobody. */
const waivers = ({ data }: PatchRejected, { patches }: MeteringState): readonly UsageCommand[] => {
  const { jobId, attempt, failureClass, at } = data;
  if (failureClass !== 'APPLY_FAILED' && failureClass !== 'SCHEMA_VIOLATION') return [];
  return (patches[attempt] ?? []).map((entry) => ({
    type: 'WaiveUsage',
    data: { ...entry, jobId, failureClass, at },
  }));
};

const commandsOf = (event: Positioned<MeteredEvent>, state: MeteringState): readonly UsageCommand[] => {
  switch (event.type) {
    case 'ModelCalled':
      return [{ type: 'RecordUsage', data: entryOf(event) }];
    case 'PatchRejected':
      return waivers(event, state);
    case 'AttemptStarted':
    case 'InterventionOpened':
      return [];
  }
};

/** One usage entry per model call, for ever, whatever crashes in between (BIL-05). */
export const usageMetering: ProcessManager<MeteringState, MeteredEvent, UsageCommand> = {
  name: 'usage-metering',
  revision: 3,
  handles: ['ModelCalled', 'AttemptStarted', 'PatchRejected', 'InterventionOpened'],
  correlate: (event) => event.data.jobId,
  initialState: () => ({ patches: {} }),
  evolve,
  react: (event, state) => commandsOf(event, state).map((command) => ({ kind: 'command' as const, command })),
};
