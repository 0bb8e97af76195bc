import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery, DeliveryFile } from './delivery.ts';
import { diffFile, splitLines, unifiedDiff } from './hunks.ts';
import { diffLines } from './line-diff.ts';
import { selectFiles } from './select.ts';

const side = (text: string | null) => (text === null ? null : { sha256: `sha-of-${text}`, text });
const file = (before: string | null, after: string | null, path = 'a.txt', to = path): DeliveryFile => ({
  path,
  to,
  before: side(before),
  after: side(after),
});
const deliveryOf = (...files: DeliveryFile[]): Delivery => ({ schema: 'iama.delivery/1', files });
const afterOf = (delivery: Delivery, selection: Parameters<typeof selectFiles>[1]) => {
  const result = selectFiles(delivery, selection);
  return result.status === 'SELECTED' ? result.writes.map(({ path, after }) => [path, after]) : result;
};

const numbered = (from: number, to: number, change: Record<number, string> = {}): string =>
  Array.from({ length: to - from + 1 }, (_, index) => change[from + index] ?? `line ${from + index}`)
    .map((text) => `${text}\n`)
    .join('');

describe('line differences', () => {
  it('[DEL-01] turn one text into the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', '{', '}', 'x1', 'x2', 'x3'), { maxLength: 40 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const rebuilt: string[] = [];
        let at = 0;
        for (const change of diffLines(before, after)) {
          expect(change.oldStart).toBeGreaterThanOrEqual(at);
          rebuilt.push(...before.slice(at, change.oldStart), ...after.slice(change.newStart, change.newEnd));
          at = change.oldEnd;
        }
        expect([...rebuilt, ...before.slice(at)]).toEqual(after);
      }),
      { numRuns: 1_000 },
    );
  });

  it('[DEL-01] find the shortest change where lines repeat', () => {
    expect(diffLines([...'abcabba'], [...'cbabac'])).toHaveLength(4);
    expect(diffLines([...'aab'], [...'aab'])).toEqual([]);
  });

  it('[DEL-01] stay within bounds on two long texts with nothing in common', () => {
    const [left, right] = ['l', 'r'].map((side) =>
      Array.from({ length: 20_000 }, (_, at) => `${side}${at % 7}`),
    );
    expect(diffLines(left ?? [], right ?? [])).toEqual([
      { oldStart: 0, oldEnd: 20_000, newStart: 0, newEnd: 20_000 },
    ]);
  });
});

describe('hunks', () => {
  const before = numbered(1, 40);
  const after = numbered(1, 40, { 5: 'five', 30: 'thirty' });

  it('[DEL-01] are a unified diff with three lines of context', () => {
    expect(unifiedDiff(file(numbered(1, 9), numbered(1, 9, { 5: 'five' })))).toBe(
      [
        'diff --git a/a.txt b/a.txt',
        '--- a/a.txt',
        '+++ b/a.txt',
        '@@ -2,7 +2,7 @@',
        ' line 2',
        ' line 3',
        ' line 4',
        '-line 5',
        '+five',
        ' line 6',
        ' line 7',
        ' line 8',
        '',
      ].join('\n'),
    );
  });

  it('[DEL-01] tell a missing final newline, new, removed and moved files', () => {
    expect(unifiedDiff(file('a\n', 'a'))).toContain('-a\n+a\n\\ No newline at end of file\n');
    expect(unifiedDiff(file(null, 'a\n'))).toContain(
      'new file mode 100644\n--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@',
    );
    expect(unifiedDiff(file('a\n', null))).toContain('+++ /dev/null\n@@ -1 +0,0 @@');
    expect(unifiedDiff(file('a\n', 'a\n', 'a.js', 'a.ts'))).toContain('rename from a.js\nrename to a.ts\n');
    expect(unifiedDiff(file('a', 'b', 'é "x".js'))).toContain('--- "a/\\303\\251 \\"x\\".js"');
  });

  it('[DEL-02] have ids that are the same each time, differ within a file and between deliveries', () => {
    const ids = diffFile(file(before, after)).hunks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(diffFile(file(before, after)).hunks.map(({ id }) => id)).toEqual(ids);
    const other = diffFile(file(before, `${after}more\n`)).hunks.map(({ id }) => id);
    expect(other.some((id) => ids.includes(id))).toBe(false);
  });

  it('[DEL-02] keep the bytes of every line', () => {
    fc.assert(fc.property(fc.string(), (text) => splitLines(text).join('') === text));
  });
});

describe('selection', () => {
  const before = numbered(1, 40);
  const after = numbered(1, 40, { 5: 'five', 30: 'thirty' });

  it('[DEL-02] names what the delivery does not have', () => {
    expect(selectFiles(deliveryOf(file('a', 'b')), { files: ['z'], hunks: ['h-0'] })).toEqual({
      status: 'UNKNOWN',
      names: ['z', 'h-0'],
    });
  });

  it('[DEL-02] takes one hunk and leaves the other', () => {
    const delivery = deliveryOf(file(before, after));
    const [first, second] = diffFile(file(before, after)).hunks.map(({ id }) => id);
    expect(afterOf(delivery, { files: [], hunks: [first ?? ''] })).toEqual([
      ['a.txt', numbered(1, 40, { 5: 'five' })],
    ]);
    expect(afterOf(delivery, { files: [], hunks: [second ?? '', first ?? ''] })).toEqual([['a.txt', after]]);
    expect(selectFiles(delivery, { files: [], hunks: [first ?? ''] })).toMatchObject({ whole: false });
  });

  it('[DEL-02] takes files by old or new name, and moves with them', () => {
    const moved = file('a\n', 'b\n', 'a.js', 'a.ts');
    const delivery = deliveryOf(moved, file(null, 'n', 'n.ts'), file('o', null, 'o.js'));
    expect(afterOf(delivery, 'ALL')).toEqual([
      ['a.js', null],
      ['a.ts', 'b\n'],
      ['n.ts', 'n'],
      ['o.js', null],
    ]);
    for (const name of ['a.js', 'a.ts']) {
      expect(afterOf(delivery, { files: [name], hunks: [] })).toEqual([
        ['a.js', null],
        ['a.ts', 'b\n'],
      ]);
    }
    const [hunk] = diffFile(moved).hunks;
    expect(selectFiles(delivery, { files: [], hunks: [hunk?.id ?? ''] })).toMatchObject({
      writes: [
        { path: 'a.js', before: { sha256: 'sha-of-a\n' }, after: null, movedFrom: null },
        { path: 'a.ts', before: null, after: 'b\n', movedFrom: 'a.js' },
      ],
    });
  });

  it('[DEL-02] with every hunk gives the whole delivery, with none gives nothing', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\r\n', '\n', 'c'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (from, to) => {
        const delivery = deliveryOf(file(from, to));
        const hunks = diffFile(file(from, to)).hunks.map(({ id }) => id);
        expect(afterOf(delivery, { files: [], hunks })).toEqual(hunks.length === 0 ? [] : [['a.txt', to]]);
        expect(afterOf(delivery, { files: [], hunks: [] })).toEqual([]);
      }),
    );
  });
});
