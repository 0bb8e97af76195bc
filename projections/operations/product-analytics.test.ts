import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { recorded } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import type { TelemetryReported } from '../../domain/operations/telemetry.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { productAnalytics } from './product-analytics.ts';

const opened = (day: string): TelemetryReported => ({
  type: 'TelemetryReported',
  data: {
    name: 'surface_opened',
    subject: 'USAGE',
    client: 'CLI',
    system: 'LINUX',
    clientVersion: '1.0.0',
    durationMs: null,
    at: `${day}T23:59:59.999Z`,
  },
});

describe('product_analytics', () => {
  const given = projectionSpecification(productAnalytics, deepStrictEqual);
  const row = (day: string, metric: string, times: bigint) => ({
    id: `${day} ${metric}`,
    day,
    metric,
    times,
  });

  it('[OPS-08] counts what clients tell by the day in UTC, and keeps nothing of who it was', () => {
    given(recorded(opened('2026-11-20')), recorded(opened('2026-11-21')))
      .when(recorded(opened('2026-11-21')))
      .then([row('2026-11-20', 'surface_opened', 1n), row('2026-11-21', 'surface_opened', 2n)]);
  });

  it('[OPS-08] counts starts, proven baselines and deliveries of jobs from their own events', () => {
    const { events } = at.delivered();
    const day = '2026-11-20';
    given(
      ...events
        .filter(({ type }) => productAnalytics.handles.some((each) => each === type))
        .map((event) => recorded(event as never)),
    ).then(['baseline_passed', 'job_delivered', 'job_started'].map((metric) => row(day, metric, 1n)));
  });

  it('[OPS-08] counts a fallback when there is one', () => {
    const recovered = {
      type: 'RecoveryCompleted',
      data: { at: '2026-11-20T10:00:00.000Z' },
    } as never;
    given(recorded(recovered)).then([row('2026-11-20', 'fallback_triggered', 1n)]);
  });
});
