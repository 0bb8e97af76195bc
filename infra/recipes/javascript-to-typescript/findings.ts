import type { Finding } from '../recipe.ts';

/** One finding for each file and reason, at its first line, with how often it occurs: what a person reads of a refusal. */
export function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.path, finding.code, finding.reason]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length - 1;
    const places = more === 1 ? 'one more place' : `${more} more places`;
    return [more === 0 ? first : { ...first, reason: `${first.reason} (and in ${places} of this file)` }];
  });
}
