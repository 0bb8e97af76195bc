import { NO_PRICES, type PriceList } from '../../domain/billing/prices.ts';
import { type RecordUsage, type UsageEntry, usageKey } from '../../domain/billing/usage.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { ProcessManager } from '../../domain/kernel/process-manager.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import { pricedCall } from './priced-call.ts';

const entryOf = ({ data, metadata }: Positioned<ModelCalled>, prices: PriceList): UsageEntry => {
  const { call, jobId, ownerId, at } = data;
  const { priceVersion, microCredits, isPriced, failureClass } = pricedCall(call, prices);
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
    billable: isPriced && failureClass === null,
    failureClass,
    at,
  };
};

/** One usage entry per model call, for ever, whatever crashes in between (BIL-05). */
export const usageMeteringAt = (prices: PriceList): ProcessManager<null, ModelCalled, RecordUsage> => ({
  name: 'usage-metering',
  revision: 1,
  handles: ['ModelCalled'],
  correlate: (event) => event.data.jobId,
  initialState: () => null,
  evolve: () => null,
  react: (event) => [{ kind: 'command', command: { type: 'RecordUsage', data: entryOf(event, prices) } }],
});

export const usageMetering = usageMeteringAt(NO_PRICES);
