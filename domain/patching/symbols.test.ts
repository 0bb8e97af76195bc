import { describe, expect, it } from 'vitest';
import type { DeliveredSymbol, Delivery, DeliveryFile } from './delivery.ts';
import { diffFile } from './hunks.ts';
import { selectFiles } from './select.ts';
import { type SymbolsOf, symbolId, touchedSymbols } from './symbols.ts';

const before =
  'function a() {\n  return 1;\n}\nfunction b() {\n  return 2;\n}\nfunction c() {\n  return 3;\n}\n';
const after = before.replace('return 1', 'return one').replace('return 2', 'return two');

/** Every function of these texts takes three lines. */
const symbolsOf: SymbolsOf = (_path, text) =>
  new Map(
    text.split('\n').flatMap((line, index) => {
      const name = /^function (\w+)/u.exec(line)?.[1];
      return name === undefined ? [] : [[name, [[index, index + 3]]] as const];
    }),
  );

const file = (more: Partial<DeliveryFile> = {}): DeliveryFile => {
  const plain: DeliveryFile = {
    path: 'm.js',
    to: 'm.ts',
    before: { sha256: 'b', text: before },
    after: { sha256: 'a', text: after },
    ...more,
  };
  const changes = diffFile(plain).hunks.flatMap((hunk) => hunk.changes);
  return { ...plain, symbols: touchedSymbols(plain, changes, symbolsOf) };
};
const delivery = (...files: readonly DeliveryFile[]): Delivery => ({ schema: 'iama.delivery/1', files });
const take = (...symbols: readonly string[]) =>
  selectFiles(delivery(file()), { files: [], hunks: [], symbols });
const namesOf = (symbols: readonly DeliveredSymbol[] | undefined) => symbols?.map(({ name }) => name);

describe('symbols of a delivery', () => {
  it('[DEL-02] are those that the change touches', () => {
    expect(namesOf(file().symbols)).toEqual(['a', 'b']);
    expect(symbolId(file(), { name: 'a' })).toBe('m.ts#a');
  });

  it('[DEL-02] are found where they are new, and where they go away', () => {
    const added = file({ after: { sha256: 'a', text: `${before}function d() {\n  return 4;\n}\n` } });
    expect(namesOf(added.symbols)).toEqual(['d']);
    const removed = file({ after: { sha256: 'a', text: before.slice(0, before.indexOf('function c')) } });
    expect(namesOf(removed.symbols)).toEqual(['c']);
  });

  it('[DEL-02] of a file that is new or goes away there are none: it is taken as a whole', () => {
    expect(file({ before: null }).symbols).toEqual([]);
    expect(file({ after: null }).symbols).toEqual([]);
  });
});

describe('a selection by symbol', () => {
  it('[DEL-02] names what the delivery does not have', () => {
    expect(take('m.ts#c', 'm.ts#zzz', 'm.js#a')).toEqual({
      status: 'UNKNOWN',
      names: ['m.ts#c', 'm.ts#zzz', 'm.js#a'],
    });
    const { symbols: _none, ...older } = file();
    expect(selectFiles(delivery(older), { files: [], hunks: [], symbols: ['m.ts#a'] })).toMatchObject({
      status: 'UNKNOWN',
    });
  });

  it('[DEL-02] takes one function and leaves its neighbour, though both stand in one hunk', () => {
    expect(diffFile(file()).hunks).toHaveLength(1);
    expect(take('m.ts#b')).toMatchObject({
      status: 'SELECTED',
      whole: false,
      writes: [
        { path: 'm.js', after: null },
        { path: 'm.ts', after: before.replace('return 2', 'return two'), movedFrom: 'm.js' },
      ],
    });
  });

  it('[DEL-02] is the whole delivery when it names every symbol, and when a hunk takes the rest', () => {
    expect(take('m.ts#a', 'm.ts#b')).toMatchObject({ whole: true });
    const [hunk] = diffFile(file()).hunks;
    const both = { files: [], hunks: [hunk?.id ?? ''], symbols: ['m.ts#a'] };
    expect(selectFiles(delivery(file()), both)).toMatchObject({ whole: true });
  });
});
