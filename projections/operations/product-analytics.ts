import type { Projection } from '../../domain/kernel/projection.ts';
import type { TelemetryReported } from '../../domain/operations/telemetry.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';

/** How often something happened on a day in UTC (OPS-08): numbers only, nothing of who it was. */
export type ProductAnalyticsRow = Readonly<{
  id: string;
  day: string;
  metric: string;
  times: bigint;
}>;

type Counted =
  | Extract<JobEvent, { type: 'JobStarted' | 'BaselinePassed' | 'RecoveryCompleted' | 'TestsPassed' }>
  | TelemetryReported;

const METRICS = {
  JobStarted: 'job_started',
  BaselinePassed: 'baseline_passed',
  RecoveryCompleted: 'fallback_triggered',
  TestsPassed: 'job_delivered',
} as const;

const metricOf = (event: Counted): string =>
  event.type === 'TelemetryReported' ? event.data.name : METRICS[event.type];

export const productAnalytics: Projection<ProductAnalyticsRow, Counted> = {
  name: 'product-analytics',
  revision: 1,
  table: 'product_analytics',
  handles: ['JobStarted', 'BaselinePassed', 'RecoveryCompleted', 'TestsPassed', 'TelemetryReported'],
  columns: { id: 'text', day: 'text', metric: 'text', times: 'bigint' },
  key: 'id',
  indexes: [['day', 'metric']],
  keysOf: (event) => [`${event.data.at.slice(0, 10)} ${metricOf(event)}`],
  evolve: (row, event, id) => ({
    id,
    day: event.data.at.slice(0, 10),
    metric: metricOf(event),
    times: (row?.times ?? 0n) + 1n,
  }),
};
