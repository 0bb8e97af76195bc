import { describe, expect, it } from 'vitest';
import { canonicalHash } from './canonical-hash.ts';

describe('canonical hash', () => {
  it('[ES-03] differs where a value differs, be it bytes, order of a list or null', () => {
    const values = [{ a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}, null, 'a'];
    const bytes = [Buffer.from([1]), Buffer.from([2])];
    const hashes = [...values, ...bytes].map(canonicalHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('[ES-03] is the same whatever the order of the fields, and for a field that is not there', () => {
    expect(canonicalHash({ b: { d: 1, c: 2 }, a: [] })).toBe(canonicalHash({ a: [], b: { c: 2, d: 1 } }));
    expect(canonicalHash({ a: 1, b: undefined })).toBe(canonicalHash({ a: 1 }));
    expect(canonicalHash({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
  });
});
