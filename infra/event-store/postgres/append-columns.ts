import { hashArray, int4Array, jsonArray, textArray, uuidArray } from '../../postgres/binary-array.ts';
import type { EncodedEvent, EncodedKey } from '../encoding.ts';

/** What a statement that stores many events is given of them: id, type, schema_version, data, metadata. */
export const contentColumns = (
  rows: readonly Readonly<{ event: EncodedEvent; metadata: string }>[],
): Buffer[] => [
  uuidArray(rows.map(({ event }) => event.id)),
  textArray(rows.map(({ event }) => event.type)),
  int4Array(rows.map(({ event }) => event.schemaVersion)),
  jsonArray(rows.map(({ event }) => event.data)),
  jsonArray(rows.map(({ metadata }) => metadata)),
];

/** What it is given of the keys: key, body_hash, result. */
export const keyColumns = (keys: readonly (EncodedKey | null)[]): Buffer[] => [
  textArray(keys.map((key) => key?.key ?? null)),
  hashArray(keys.map((key) => key?.bodyHash ?? null)),
  jsonArray(keys.map((key) => key?.result ?? null)),
];
