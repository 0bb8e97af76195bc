import { gzipSync } from 'node:zlib';

export const SPOILS = [
  'CUT',
  'BAD_UTF8',
  'OVERLONG',
  'BOM',
  'UTF16',
  'GZIP',
  'GZIP_CUT',
  'BOMB',
  'TAIL',
] as const;
/** What befalls the bytes of a body on their way. */
export type Spoil = (typeof SPOILS)[number];

const BOMB_BYTES = 80 * 1024 * 1024;
let bomb: Buffer | null = null;

const inMiddle = (body: Buffer, bytes: readonly number[]): Buffer => {
  const middle = Math.floor(body.length / 2);
  return Buffer.concat([body.subarray(0, middle), Buffer.from(bytes), body.subarray(middle)]);
};

/** The bytes as they arrive. `BOMB`: 80 kB that inflate to more than any route takes. */
export const spoiled = (body: Buffer, spoil: Spoil): Buffer => {
  switch (spoil) {
    case 'CUT':
      return body.subarray(0, Math.floor(body.length / 2));
    case 'BAD_UTF8':
      return inMiddle(body, [0xff, 0xfe]);
    case 'OVERLONG':
      return inMiddle(body, [0xc0, 0x80]);
    case 'BOM':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    case 'UTF16':
      return Buffer.from(body.toString('utf8'), 'utf16le');
    case 'GZIP':
      return gzipSync(body);
    case 'GZIP_CUT':
      return gzipSync(body).subarray(0, -9);
    case 'BOMB':
      bomb ??= gzipSync(Buffer.alloc(BOMB_BYTES, 0x20));
      return bomb;
    case 'TAIL':
      return Buffer.concat([body, Buffer.from([0])]);
    default:
      return spoil satisfies never;
  }
};

/** Those that say in a header what they are. */
export const encodingOf = (spoil: Spoil | null): string | null =>
  spoil === 'GZIP' || spoil === 'GZIP_CUT' || spoil === 'BOMB' ? 'gzip' : null;
