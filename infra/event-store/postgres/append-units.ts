import type { QueryConfig } from 'pg';
import type { ExpectedVersion } from '../../../domain/kernel/event-store.ts';
import { int4Array, int8Array, textArray } from '../../postgres/binary-array.ts';
import type { EncodedAppend, EncodedEvent, EncodedKey } from '../encoding.ts';
import { contentColumns, keyColumns } from './append-columns.ts';

/** The version that an exact expectation needs, or null where the version must be read first. */
export const exactVersion = (expected: ExpectedVersion): bigint | null => {
  if (typeof expected === 'bigint') return expected;
  return expected === 'STREAM_DOES_NOT_EXIST' ? 0n : null;
};

/** Appends to one stream that are stored together, one after the other. */
export type Unit = Readonly<{ streamName: string; expected: ExpectedVersion; parts: readonly UnitPart[] }>;

export type UnitPart = Readonly<{
  events: readonly EncodedEvent[];
  metadata: string;
  key: EncodedKey | null;
}>;

const expectedCode = (expected: ExpectedVersion): bigint =>
  exactVersion(expected) ?? (expected === 'STREAM_EXISTS' ? -2n : -1n);

/** Which events (from, to] of which unit (1-based) are the outcome of a key. */
type KeyColumn = Readonly<{ key: EncodedKey; unit: number; from: number; to: number }>;

type EventColumn = Readonly<{
  stream: string;
  unit: number;
  place: number;
  event: EncodedEvent;
  metadata: string;
}>;

const columnsOf = (units: readonly Unit[]) => {
  const events: EventColumn[] = [];
  const keys: KeyColumn[] = [];
  const counts = units.map(({ streamName, parts }, index) => {
    let place = 0;
    for (const part of parts) {
      const from = place;
      for (const event of part.events) {
        place += 1;
        events.push({ stream: streamName, unit: index + 1, place, event, metadata: part.metadata });
      }
      if (part.key !== null) keys.push({ key: part.key, unit: index + 1, from, to: place });
    }
    return place;
  });
  return { events, keys, counts };
};

const APPEND = `
SELECT append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS bases`;

/**
 * The call of `append_events` (migrations/0001): one row with the version that each unit started from, -1 where nothing
 * of it was stored. `lock` waits for the streams' locks first. `atomic` raises 40001 unless every unit is stored; the
 * one key of the call is then `key`, and those of the parts are not looked at.
 */
export const unitsQuery = (
  units: readonly Unit[],
  options: Readonly<
    { lock: boolean; atomic: false } | { lock: boolean; atomic: true; key: EncodedKey | null }
  >,
): QueryConfig => {
  const { events, keys: partKeys, counts } = columnsOf(units);
  const whole = options.atomic && options.key !== null ? [{ key: options.key, unit: 0, from: 0, to: 0 }] : [];
  const keys = options.atomic ? whole : partKeys;
  return {
    name: 'append-units',
    text: APPEND,
    values: [
      options.lock,
      options.atomic,
      textArray(units.map(({ streamName }) => streamName)),
      int8Array(units.map(({ expected }) => expectedCode(expected))),
      int4Array(counts),
      textArray(events.map(({ stream }) => stream)),
      int4Array(events.map(({ unit }) => unit)),
      int4Array(events.map(({ place }) => place)),
      ...contentColumns(events),
      ...keyColumns(keys.map(({ key }) => key)),
      int4Array(keys.map(({ unit }) => unit)),
      int4Array(keys.map(({ from }) => from)),
      int4Array(keys.map(({ to }) => to)),
    ],
  };
};

/** `{3,-1}`, an array of bigint as text. */
const parseBases = (text: string): bigint[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt);

/** The answer of `unitsQuery`. */
export const basesOf = (row: { bases: string[] | string } | undefined): bigint[] => {
  if (row === undefined) return [];
  return typeof row.bases === 'string' ? parseBases(row.bases) : row.bases.map(BigInt);
};

export const unitsOf = (append: EncodedAppend): Unit[] =>
  append.streams.map(({ streamName, expected, events }) => ({
    streamName,
    expected,
    parts: [{ events, metadata: append.metadata, key: append.key }],
  }));
