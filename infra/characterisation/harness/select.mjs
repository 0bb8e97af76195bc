/**
 * Which of the tried cases become tests: all that decide something in a way no case before did, all examples, all that come
 * nearer to a decision than any before, and of the rest those whose way through the code and whose result the subject has shown
 * least often so far. Bounded in number and in text: every later run repeats them all.
 */

import { STEP } from './ways.mjs';

const MAX_KEPT = 4_000;
/** Characters in the snapshot file. */
const MAX_TEXT = 1_250_000;

const { stringify } = JSON;

/** Whether a condition held, and which value a switch saw: how the call went on, not how near it came to going another way. */
const isDecision = (mark) => /^\d+(?:=|$)/.test(String(mark));

/** The tried cases in the order of the plan, each with its marks and how often its way and its result came up before it. */
function triedCases(groups, results, ways) {
  const seen = new Map();
  const occurrence = (key) => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count;
  };
  const tried = [];
  for (const group of groups) {
    const subject = `${group.module}#${group.path.join('.')}`;
    for (const { id } of group.cases) {
      const entry = results.get(id);
      if (entry === undefined) continue;
      const marks = (ways.get(id) ?? []).filter((mark) => !String(mark).startsWith(STEP));
      const decisions = marks.filter(isDecision);
      const rank =
        occurrence(`${subject} way ${decisions.map(String).sort().join(' ')}`) +
        occurrence(`${subject} result ${entry.result}`);
      tried.push({ id, group, marks, decisions, rank, size: stringify(entry).length + id.length });
    }
  }
  return tried;
}

/** The rarest of each group, as many as the group may keep; the rarest of all first. */
function rarest(tried) {
  const byGroup = Map.groupBy(tried, (one) => one.group);
  return [...byGroup]
    .flatMap(([group, cases]) => cases.toSorted((a, b) => a.rank - b.rank).slice(0, group.keep))
    .sort((a, b) => a.rank - b.rank);
}

/**
 * @param groups the planned groups; `keep` is how many of a group's cases may stay
 * @param results Map of id to `{ call, result }`
 * @param ways Map of id to the marks of the way that the case took
 * @param most `{ cases, text }`: how many may stay in all, and how many characters they may take
 * @returns the ids to keep
 */
export function selectCases(groups, results, ways, most = { cases: MAX_KEPT, text: MAX_TEXT }) {
  const kept = new Set();
  const marked = new Set();
  let text = 0;
  const keep = ({ id, marks, size }) => {
    if (kept.has(id) || kept.size >= most.cases || text + size > most.text) return;
    kept.add(id);
    text += size;
    for (const mark of marks) marked.add(mark);
  };
  const isNew = (mark) => !marked.has(mark);
  const tried = triedCases(groups, results, ways);
  for (const one of tried) if (one.decisions.some(isNew)) keep(one);
  for (const one of tried) if (one.group.category === 'examples') keep(one);
  for (const one of tried) if (one.marks.some(isNew)) keep(one);
  for (const one of rarest(tried)) keep(one);
  return kept;
}
