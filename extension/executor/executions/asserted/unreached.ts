import type { TestResult } from '../../../../domain/patching/test-report.ts';
import { countsBelow, type FunctionRanges } from '../../test-run/coverage.ts';

/** From and up to offsets of a text, in order, apart from each other. */
export type Spans = readonly (readonly [number, number])[];
/** By path: what of a file never ran. Files that were not loaded are not in there. */
export type Unreached = Readonly<Record<string, Spans>>;

const joined = (spans: Spans): Spans => {
  const all: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
};

const inBoth = (left: Spans, right: Spans): Spans =>
  left.flatMap(([from, to]) =>
    right.flatMap(([begin, end]): Spans => {
      const both = [Math.max(from, begin), Math.min(to, end)] as const;
      return both[0] < both[1] ? [both] : [];
    }),
  );

/** V8 nests its ranges: what an inner one that ran takes away from an outer one that did not, and back. */
const neverRun = (functions: readonly FunctionRanges[]): Spans => {
  const ranges = functions
    .flatMap((one) => one.ranges)
    .sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  let spans: Spans = [];
  for (const { startOffset: from, endOffset: to, count } of ranges) {
    const around = spans.flatMap(([begin, end]): Spans => {
      const parts = [[begin, Math.min(end, from)] as const, [Math.max(begin, to), end] as const];
      return parts.filter(([left, right]) => left < right);
    });
    spans = count === 0 ? [...around, [from, to]] : around;
  }
  return joined(spans);
};

/** What of these files no process of a run came to. `folder`: where V8 wrote its counts. */
export const unreachedIn = (folder: string, root: string, paths: readonly string[]): Unreached => {
  const counts = countsBelow(folder, root);
  return Object.fromEntries(
    paths.flatMap((path) => {
      const [first, ...more] = (counts.get(path) ?? []).map(neverRun);
      return first === undefined ? [] : [[path, more.reduce(inBoth, first)] as const];
    }),
  );
};

/** What is held of several runs: files that each of them loaded, and in them what each came to. */
export const unreachedInAny = (runs: readonly Unreached[]): Unreached => {
  const [first = {}, ...more] = runs;
  return Object.fromEntries(
    Object.entries(first).flatMap(([path, spans]) => {
      const others = more.map((run) => run[path]);
      if (others.includes(undefined)) return [];
      return [[path, joined([...spans, ...others.flatMap((one) => one ?? [])])] as const];
    }),
  );
};

/**
 * Test files are locked, so what ran in them before runs after a change as well; where it does not, a test came to its end
 * without having looked: a promise that never settles, a callback that is not called, a condition of the test that changed.
 */
export const reachedLess = (before: Unreached, now: Unreached): readonly TestResult[] =>
  Object.entries(before).flatMap(([path, known]): readonly TestResult[] => {
    const less = now[path]?.find(([from, to]) => !known.some(([begin, end]) => begin <= from && to <= end));
    if (now[path] !== undefined && less === undefined) return [];
    return [
      {
        name: `${path} runs as far as before`,
        status: 'FAILED',
        errorClass: 'TestsReachLess',
        location: null,
        excerpt:
          less === undefined
            ? 'This test file ran before the change and was not loaded after it.'
            : `Characters ${less[0]} to ${less[1]} of this test file ran before the change; after it some of them did not.`,
        durationMs: 0,
      },
    ];
  });
