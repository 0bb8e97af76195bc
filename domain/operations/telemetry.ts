import type { Command, Event } from '../kernel/message.ts';

/**
 * What clients may tell of how they are used (OPS-08). Only what stands here is taken, and none of it is free text: no code,
 * path, name or message of a person can be in it.
 */
export const TELEMETRY = {
  names: ['surface_opened', 'command_used', 'onboarding_step'],
  clients: ['VSCODE', 'CLI', 'WEB'],
  systems: ['LINUX', 'MACOS', 'WINDOWS'],
  subjects: [
    'SETUP',
    'PROPOSALS',
    'SPECIFICATION',
    'PROGRESS',
    'DELIVERY',
    'USAGE',
    'HISTORY',
    'SIGN_IN',
    'REVERT',
  ],
} as const;

type OneOf<List extends readonly string[]> = List[number];

export type Told = Readonly<{
  name: OneOf<(typeof TELEMETRY)['names']>;
  subject: OneOf<(typeof TELEMETRY)['subjects']>;
  client: OneOf<(typeof TELEMETRY)['clients']>;
  system: OneOf<(typeof TELEMETRY)['systems']>;
  /** As 1.20.3. */
  clientVersion: string;
  durationMs: number | null;
}>;

export type TelemetryReported = Event<'TelemetryReported', Told & { at: string }>;
export type ReportTelemetry = Command<
  'ReportTelemetry',
  { userId: string; told: readonly Told[]; at: string }
>;

/** Of people whose plan promises zero telemetry (`isSilent`) nothing is kept. */
export const telemetryOf = (
  { told, at }: ReportTelemetry['data'],
  isSilent: boolean,
): readonly TelemetryReported[] =>
  isSilent ? [] : told.map((each) => ({ type: 'TelemetryReported', data: { ...each, at } }));

export const telemetryStream = (userId: string): string => `telemetry-${userId}`;
