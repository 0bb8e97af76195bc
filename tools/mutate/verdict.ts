import { idsOf } from '../trace/trace.ts';
import type { Mutant } from './mutants.ts';

export type Ran = Readonly<{ title: string; passed: boolean }>;

/** The source with the mutant in it. Throws where its place is not there exactly once: the sample would prove nothing. */
export const mutated = (source: string, { path, find, replace }: Mutant): string => {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${path} holds ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
};

/**
 * `KILLED` by a test that names the requirement; `ELSEWHERE` when only tests of other requirements fail; `SURVIVED` when none
 * does. Throws when no test ran: that is no verdict.
 */
export const verdictOn = (
  { requirement }: Mutant,
  ran: readonly Ran[],
): 'KILLED' | 'ELSEWHERE' | 'SURVIVED' => {
  if (ran.length === 0) throw new Error('no test ran');
  const failed = ran.filter(({ passed }) => !passed);
  if (failed.some(({ title }) => idsOf(title).includes(requirement))) return 'KILLED';
  return failed.length > 0 ? 'ELSEWHERE' : 'SURVIVED';
};
