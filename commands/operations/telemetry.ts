import { z } from 'zod';
import {
  type ReportTelemetry,
  TELEMETRY,
  telemetryOf,
  telemetryStream,
} from '../../domain/operations/telemetry.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import type { OperationsServices } from './services.ts';

const MOST = 50;
const A_DAY_MS = 86_400_000;

/** Strict at every level: what is not on the list refuses the whole request (OPS-08). */
const told = z.strictObject({
  name: z.enum(TELEMETRY.names),
  subject: z.enum(TELEMETRY.subjects),
  client: z.enum(TELEMETRY.clients),
  system: z.enum(TELEMETRY.systems),
  client_version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'three numbers are expected'),
  duration_ms: z.int().min(0).max(A_DAY_MS).nullable().default(null),
});

export const reportTelemetry: CommandFile<ReportTelemetry, Pick<OperationsServices, 'hasZeroTelemetry'>> = {
  type: 'ReportTelemetry',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/telemetry/events',
    summary:
      'Tell how a client is used: listed metadata only, and nothing is kept of plans with zero telemetry',
    status: 202,
    body: z.strictObject({ events: z.array(told).min(1).max(MOST) }),
    answer: z.object({ kept: z.int() }),
    command: ({ body, userId, at }) => ({
      type: 'ReportTelemetry',
      data: {
        userId,
        told: body.events.map(({ client_version, duration_ms, ...rest }) => ({
          ...rest,
          clientVersion: client_version,
          durationMs: duration_ms,
        })),
        at,
      },
    }),
  }),
  async decide({ data }, { services }) {
    const events = telemetryOf(data, await services.hasZeroTelemetry(data.userId));
    const streamName = telemetryStream(data.userId);
    return {
      appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: { kept: events.length },
    };
  },
};
