/**
 * Differences of two lists of lines: patience first (lines unique on both sides anchor the comparison, which keeps
 * functions together), Myers between the anchors. Pure and deterministic, because hunk ids follow from it.
 */

/** Half-open ranges: lines `oldStart..oldEnd` became `newStart..newEnd`. Never both empty. */
export type Change = Readonly<{ oldStart: number; oldEnd: number; newStart: number; newEnd: number }>;

/** Beyond this many differences Myers would need too much memory, and nobody reads such a hunk line by line. */
const MYERS_LIMIT = 1_500;

type Pair = readonly [oldIndex: number, newIndex: number];

/** Longest run of pairs that grow on both sides; the input grows on the old side. */
const longestIncreasing = (pairs: readonly Pair[]): Pair[] => {
  const tails: number[] = [];
  const previous: number[] = [];
  const at = (index: number | undefined): number => pairs[index ?? -1]?.[1] ?? Number.POSITIVE_INFINITY;
  pairs.forEach(([, newIndex], index) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(tails[middle]) < newIndex) low = middle + 1;
      else high = middle;
    }
    previous[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  });
  const chain: Pair[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair) chain.push(pair);
  }
  return chain.reverse();
};

type Region = Readonly<{ oldStart: number; oldEnd: number; newStart: number; newEnd: number }>;

const uniqueIn = (lines: readonly string[], start: number, end: number): Map<string, number> => {
  const places = new Map<string, number>();
  for (let index = start; index < end; index++) {
    const line = lines[index] ?? '';
    places.set(line, places.has(line) ? -1 : index);
  }
  return places;
};

const anchors = (before: readonly string[], after: readonly string[], region: Region): Pair[] => {
  const inNew = uniqueIn(after, region.newStart, region.newEnd);
  const pairs: Pair[] = [];
  for (const [line, oldIndex] of uniqueIn(before, region.oldStart, region.oldEnd)) {
    const newIndex = inNew.get(line) ?? -1;
    if (oldIndex >= 0 && newIndex >= 0) pairs.push([oldIndex, newIndex]);
  }
  pairs.sort((left, right) => left[0] - right[0]);
  return longestIncreasing(pairs);
};

/** Pairs of equal lines by Myers' greedy algorithm; none when the sides differ too much. */
const myers = (before: readonly string[], after: readonly string[], region: Region): Pair[] => {
  const [n, m] = [region.oldEnd - region.oldStart, region.newEnd - region.newStart];
  const limit = Math.min(n + m, MYERS_LIMIT);
  const furthest = new Int32Array(2 * limit + 3);
  const reach = (diagonal: number): number => furthest[diagonal + limit + 1] ?? 0;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d++) {
    trace.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && reach(k - 1) < reach(k + 1)) ? reach(k + 1) : reach(k - 1) + 1;
      while (x < n && x - k < m && before[region.oldStart + x] === after[region.newStart + x - k]) x++;
      furthest[k + limit + 1] = x;
      if (x >= n && x - k >= m) return backtrack(trace, limit, [n, m], region);
    }
  }
  return [];
};

const backtrack = (trace: readonly Int32Array[], limit: number, end: Pair, region: Region): Pair[] => {
  const pairs: Pair[] = [];
  let [x, y] = end;
  for (let d = trace.length - 1; d >= 0; d--) {
    const row = trace[d];
    const reach = (diagonal: number): number => row?.[diagonal + limit + 1] ?? 0;
    const k = x - y;
    const previous = k === -d || (k !== d && reach(k - 1) < reach(k + 1)) ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reach(previous);
    const fromY = d === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      pairs.push([region.oldStart + x, region.newStart + y]);
    }
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
};

/** Equal lines on both sides, in order. */
const matches = (before: readonly string[], after: readonly string[], region: Region): Pair[] => {
  let { oldStart, oldEnd, newStart, newEnd } = region;
  const head: Pair[] = [];
  const tail: Pair[] = [];
  while (oldStart < oldEnd && newStart < newEnd && before[oldStart] === after[newStart]) {
    head.push([oldStart++, newStart++]);
  }
  while (oldStart < oldEnd && newStart < newEnd && before[oldEnd - 1] === after[newEnd - 1]) {
    tail.push([--oldEnd, --newEnd]);
  }
  const inner: Region = { oldStart, oldEnd, newStart, newEnd };
  const middle: Pair[] = [];
  if (oldStart < oldEnd && newStart < newEnd) {
    const fixed = anchors(before, after, inner);
    if (fixed.length === 0) {
      middle.push(...myers(before, after, inner));
    } else {
      let [oldFrom, newFrom] = [oldStart, newStart];
      for (const [oldIndex, newIndex] of fixed) {
        middle.push(
          ...matches(before, after, {
            oldStart: oldFrom,
            oldEnd: oldIndex,
            newStart: newFrom,
            newEnd: newIndex,
          }),
          [oldIndex, newIndex],
        );
        [oldFrom, newFrom] = [oldIndex + 1, newIndex + 1];
      }
      middle.push(...matches(before, after, { oldStart: oldFrom, oldEnd, newStart: newFrom, newEnd }));
    }
  }
  return head.concat(middle, tail.reverse());
};

/** Changes that turn `before` into `after`, in order, not touching each other. */
export const diffLines = (before: readonly string[], after: readonly string[]): Change[] => {
  const whole: Region = { oldStart: 0, oldEnd: before.length, newStart: 0, newEnd: after.length };
  const changes: Change[] = [];
  let [oldFrom, newFrom] = [0, 0];
  for (const [oldIndex, newIndex] of [
    ...matches(before, after, whole),
    [before.length, after.length] as Pair,
  ]) {
    if (oldIndex > oldFrom || newIndex > newFrom) {
      changes.push({ oldStart: oldFrom, oldEnd: oldIndex, newStart: newFrom, newEnd: newIndex });
    }
    [oldFrom, newFrom] = [oldIndex + 1, newIndex + 1];
  }
  return changes;
};
