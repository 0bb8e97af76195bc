import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { periodEnd } from './credits.ts';

/**
 * The months of the books; stream `finance-periods` (BIL-16, decision 0051). A period is a UTC calendar month, `YYYY-MM`.
 * Closing is an event, and its place in the log is the border: what is booked behind it with a date of a closed month is
 * late, and belongs to the month that is open then.
 */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { period: string; at: string }
>;
/** Version 1 of the period. */
export type PeriodClosed = In<'PeriodClosed', Record<never, never>>;
/** The period anew, by the dates of what is known now; `replaces` is the version before. */
export type PeriodRestated = In<'PeriodRestated', { version: number; replaces: number; reason: string }>;
/** Of a manifest: the key by its id, and base64. */
export type Signature = Readonly<{ keyId: string; signature: string }>;
/**
 * What was given out, by the hash of its manifest: another content under the same name is refused from then on. The signature is
 * given out with it ever after, whatever key counts then; null: it was not kept.
 */
export type PeriodExported = In<
  'PeriodExported',
  { version: number; format: ExportFormat; manifestSha256: string; rows: number; signed: Signature | null }
>;
export type PeriodEvent = PeriodClosed | PeriodRestated | PeriodExported;

type To<Type extends string, Data extends Record<string, unknown>> = Command<
  Type,
  Data & { period: string; at: string }
>;
export type ClosePeriod = To<'ClosePeriod', Record<never, never>>;
export type RestatePeriod = To<'RestatePeriod', { reason: string }>;
export type RecordExport = Command<'RecordExport', PeriodExported['data']>;
export type PeriodCommand = ClosePeriod | RestatePeriod | RecordExport;

type Exported = Readonly<Pick<PeriodExported['data'], 'manifestSha256' | 'signed'>>;

export type PeriodsState = Readonly<{
  lastClosed: string | null;
  /** The newest version of each closed period. */
  versions: Readonly<Record<string, number>>;
  /** By `exportKey`. */
  exports: Readonly<Record<string, Exported>>;
}>;

export const exportKey = (period: string, version: number, format: ExportFormat): string =>
  `${period}/${version}/${format}`;

const evolve = (state: PeriodsState, { type, data }: PeriodEvent): PeriodsState => {
  const { period } = data;
  switch (type) {
    case 'PeriodClosed':
      return { ...state, lastClosed: period, versions: { ...state.versions, [period]: 1 } };
    case 'PeriodRestated':
      return { ...state, versions: { ...state.versions, [period]: data.version } };
    case 'PeriodExported': {
      const key = exportKey(period, data.version, data.format);
      const { manifestSha256, signed } = data;
      return { ...state, exports: { ...state.exports, [key]: { manifestSha256, signed } } };
    }
    default:
      return never(type);
  }
};

/** The first instant of a period, RFC 3339. */
export const periodStart = (period: string): string => `${period}-01T00:00:00.000Z`;
const after = (period: string): string => periodEnd(periodStart(period)).slice(0, 7);

const close = ({ data }: ClosePeriod, { lastClosed, versions }: PeriodsState): PeriodEvent[] => {
  const { period, at } = data;
  if (Object.hasOwn(versions, period)) return [];
  const expected = lastClosed === null ? period : after(lastClosed);
  if (period !== expected)
    throw new Rejection('PERIOD_OUT_OF_ORDER', `The next period to close is ${expected}.`, { expected });
  const ends = periodEnd(periodStart(period));
  if (Date.parse(at) < Date.parse(ends))
    throw new Rejection('PERIOD_NOT_ENDED', `The period ends at ${ends}.`, { ends });
  return [{ type: 'PeriodClosed', data }];
};

const versionOf = ({ versions }: PeriodsState, period: string): number => {
  const version = Object.hasOwn(versions, period) ? versions[period] : undefined;
  if (version === undefined) throw new Rejection('PERIOD_OPEN', `The period ${period} is not closed.`);
  return version;
};

const restate = ({ data }: RestatePeriod, state: PeriodsState): PeriodEvent[] => {
  const replaces = versionOf(state, data.period);
  if (data.reason.trim() === '') throw new Rejection('REASON_REQUIRED', 'Say why: it is kept for ever.');
  return [{ type: 'PeriodRestated', data: { ...data, version: replaces + 1, replaces } }];
};

const recordExport = ({ data }: RecordExport, state: PeriodsState): PeriodEvent[] => {
  const { period, version, format, manifestSha256 } = data;
  if (version > versionOf(state, period))
    throw new Rejection('VERSION_UNKNOWN', `The period ${period} has no version ${version}.`);
  const known = state.exports[exportKey(period, version, format)];
  if (known !== undefined && known.manifestSha256 !== manifestSha256)
    throw new Rejection('EXPORT_DIFFERS', 'This is not what was given out before under the same name.', {
      before: known.manifestSha256,
      now: manifestSha256,
    });
  const isKept = known !== undefined && known.signed !== null;
  return isKept ? [] : [{ type: 'PeriodExported', data }];
};

/** Throws `Rejection` PERIOD_INVALID. */
export const expectPeriod = (text: string): void => {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text))
    throw new Rejection('PERIOD_INVALID', 'A period is a month, as 2026-11.');
};

const decide = (command: PeriodCommand, state: PeriodsState): PeriodEvent[] => {
  expectPeriod(command.data.period);
  switch (command.type) {
    case 'ClosePeriod':
      return close(command, state);
    case 'RestatePeriod':
      return restate(command, state);
    case 'RecordExport':
      return recordExport(command, state);
    default:
      return never(command);
  }
};

export const periods: Decider<PeriodsState, PeriodCommand, PeriodEvent> = {
  initialState: () => ({ lastClosed: null, versions: {}, exports: {} }),
  evolve,
  decide,
};

export const PERIODS_STREAM = 'finance-periods';
