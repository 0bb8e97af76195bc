/**
 * Arrays in PostgreSQL's binary wire format. pg sends a Buffer as a binary parameter, which spares the quoting of
 * JSON inside an array literal and its parsing on the server.
 */

const OID = { bytea: 17, int8: 20, int4: 23, text: 25, json: 114, uuid: 2950 } as const;
const HEADER_BYTES = 20;
const EMPTY_HEADER_BYTES = 12;

const emptyArray = (oid: number): Buffer => {
  const buffer = Buffer.alloc(EMPTY_HEADER_BYTES);
  buffer.writeInt32BE(oid, 8);
  return buffer;
};

const header = (buffer: Buffer, oid: number, count: number, hasNull: boolean): void => {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
};

const fromTexts = (oid: number, items: readonly (string | null)[]): Buffer => {
  if (items.length === 0) return emptyArray(oid);
  let size = HEADER_BYTES + 4 * items.length;
  let hasNull = false;
  for (const item of items) {
    if (item === null) hasNull = true;
    else size += Buffer.byteLength(item);
  }
  const buffer = Buffer.allocUnsafe(size);
  header(buffer, oid, items.length, hasNull);
  let at = HEADER_BYTES;
  for (const item of items) {
    const written = item === null ? -1 : buffer.write(item, at + 4);
    buffer.writeInt32BE(written, at);
    at += 4 + Math.max(written, 0);
  }
  return buffer;
};

const fromFixed = <T>(
  oid: number,
  items: readonly T[],
  width: number,
  write: (buffer: Buffer, item: T, at: number) => void,
): Buffer => {
  if (items.length === 0) return emptyArray(oid);
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + (4 + width) * items.length);
  header(buffer, oid, items.length, false);
  let at = HEADER_BYTES;
  for (const item of items) {
    buffer.writeInt32BE(width, at);
    write(buffer, item, at + 4);
    at += 4 + width;
  }
  return buffer;
};

export const textArray = (items: readonly (string | null)[]): Buffer => fromTexts(OID.text, items);

export const jsonArray = (items: readonly (string | null)[]): Buffer => fromTexts(OID.json, items);

export const int4Array = (items: readonly number[]): Buffer =>
  fromFixed(OID.int4, items, 4, (buffer, item, at) => buffer.writeInt32BE(item, at));

export const int8Array = (items: readonly bigint[]): Buffer =>
  fromFixed(OID.int8, items, 8, (buffer, item, at) => buffer.writeBigInt64BE(item, at));

export const uuidArray = (items: readonly string[]): Buffer =>
  fromFixed(OID.uuid, items, 16, (buffer, item, at) => buffer.write(item.replaceAll('-', ''), at, 16, 'hex'));

const HASH_BYTES = 32;

/** 32-byte values, such as hashes, as bytes or in hex. */
export const hashArray = (items: readonly (Buffer | string | null)[]): Buffer => {
  if (items.length === 0) return emptyArray(OID.bytea);
  const hashes = items.filter((item) => item !== null);
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + 4 * items.length + HASH_BYTES * hashes.length);
  header(buffer, OID.bytea, items.length, hashes.length < items.length);
  let at = HEADER_BYTES;
  for (const item of items) {
    at = buffer.writeInt32BE(item === null ? -1 : HASH_BYTES, at);
    if (typeof item === 'string') at += buffer.write(item, at, HASH_BYTES, 'hex');
    else if (item !== null) at += item.copy(buffer, at, 0, HASH_BYTES);
  }
  return buffer;
};
