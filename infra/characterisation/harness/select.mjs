/**
 * Which of the tried cases become tests: all examples, all that decide something in a way no case before did, and of
 * the rest those whose way through the code and whose result the subject has shown least often so far.
 */

import { STEP } from './ways.mjs';

/** Whether a condition held, and which value a switch saw: how the call went on, not how near it came to going another way. */
const isDecision = (mark) => /^\d+(?:=|$)/.test(String(mark));

/**
 * @param groups the planned groups; `keep` is how many of a group's cases may stay
 * @param results Map of id to `{ call, result }`
 * @param ways Map of id to the marks of the way that the case took
 * @returns the ids to keep
 */
export function selectCases(groups, results, ways) {
  const kept = new Set();
  const seen = new Map();
  const marks = new Set();
  const occurrence = (key) => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count;
  };
  for (const group of groups) {
    const subject = `${group.module}#${group.path.join('.')}`;
    const ranked = [];
    for (const [order, { id }] of group.cases.entries()) {
      const entry = results.get(id);
      if (entry === undefined) continue;
      const way = (ways.get(id) ?? []).filter((mark) => !String(mark).startsWith(STEP));
      if (way.some((mark) => !marks.has(mark))) kept.add(id);
      for (const mark of way) marks.add(mark);
      const rank =
        occurrence(`${subject} way ${way.filter(isDecision).map(String).sort().join(' ')}`) +
        occurrence(`${subject} result ${entry.result}`);
      ranked.push({ id, order, rank });
    }
    ranked.sort((a, b) => a.rank - b.rank || a.order - b.order);
    for (const { id } of ranked.slice(0, group.keep)) kept.add(id);
  }
  return kept;
}
