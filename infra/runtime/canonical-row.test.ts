import { describe, expect, it } from 'vitest';
import { canonicalRow, columnsOf, fromText, toParameter } from './canonical-row.ts';

const columns = columnsOf({
  columns: {
    id: 'text',
    n: 'bigint',
    i: 'int',
    d: 'double',
    b: 'boolean',
    t: 'timestamptz?',
    j: 'json',
  },
});
const row = { id: 'a', n: 5n, i: -7, d: 0.1, b: true, t: null, j: { z: 1, a: ['x', null] } };
const canonical = (change: object) => canonicalRow(columns, 'a', 'id', { ...row, ...change });

describe('canonicalRow', () => {
  it.each([
    ['a row under another key', { id: 'b' }],
    ['null where none is allowed', { n: null }],
    ['a number in a bigint column', { n: 5 }],
    ['more than 64 bits', { n: 2n ** 63n }],
    ['a fraction in an int column', { i: 1.5 }],
    ['more than 32 bits', { i: 2 ** 31 }],
    ['not a number', { d: Number.NaN }],
    ['a text that is no timestamp', { t: 'yesterday' }],
    ['a bigint in a json column', { j: 1n }],
    ['a text in a boolean column', { b: 'true' }],
  ])('[ES-09] refuses %s', (_, change) => {
    expect(() => canonical(change)).toThrow(TypeError);
  });

  it('[ES-09] gives the same object back when nothing changes', () => {
    expect(canonicalRow(columns, 'a', 'id', row)).toBe(row);
  });

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02T03:04:05.123Z', '2026-01-02T03:04:05.123000Z'],
    ['2026-01-02T03:04:05.123456Z', '2026-01-02T03:04:05.123456Z'],
    ['2026-01-02T03:04:05.1234567+02:00', '2026-01-02T01:04:05.123456Z'],
  ])('[ES-09] writes timestamp %s as Postgres keeps it', (given, expected) => {
    expect(canonical({ t: given })['t']).toBe(expected);
  });

  it('[ES-09] replaces what Postgres text cannot hold', () => {
    const { id } = canonicalRow(columns, 'a\0', 'id', { ...row, id: 'a\0' });
    expect(id).toBe('a\uFFFD');
    expect(canonical({ d: -0 })['d']).toBe(0);
  });

  it('[ES-09] reads back what it writes', () => {
    for (const column of columns) {
      const value = row[column.name as keyof typeof row];
      expect(fromText(column, toParameter(column, value))).toEqual(value);
    }
  });
});
