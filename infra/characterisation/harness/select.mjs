/** Which of the tried cases become tests: all examples, then those whose result the subject has given least often so far. */

/**
 * @param groups the planned groups; `keep` is how many of a group's cases may stay
 * @param results Map of id to `{ call, result }`
 * @returns the ids to keep
 */
export function selectCases(groups, results) {
  const kept = new Set();
  const seen = new Map();
  for (const group of groups) {
    const ranked = [];
    for (const [order, { id }] of group.cases.entries()) {
      const entry = results.get(id);
      if (entry === undefined) continue;
      const key = `${group.module}#${group.path.join('.')} ${entry.result}`;
      const rank = seen.get(key) ?? 0;
      seen.set(key, rank + 1);
      ranked.push({ id, order, rank });
    }
    ranked.sort((a, b) => a.rank - b.rank || a.order - b.order);
    for (const { id } of ranked.slice(0, group.keep)) kept.add(id);
  }
  return kept;
}
