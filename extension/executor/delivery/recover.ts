import { existsSync } from 'node:fs';
import type { Home } from '../home/home.ts';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';
import { jobsWithJournals, journalsOf, setPhase } from './journal.ts';
import { restoreFiles } from './move-files.ts';

/**
 * What was found half done; `left` are files that somebody changed meanwhile and that were therefore not touched. Null: the
 * project is not where it was, so that nothing of it could be put right.
 */
export type Recovered = Readonly<{ jobId: string; workspace: string; left: readonly string[] | null }>;

const isAtWork = (owner: string): boolean => owner !== processToken() && isTokenAlive(owner);

/**
 * Undoes every apply and every revert that a crash interrupted, so that the tree is in a state that the server knows
 * about; whoever asked for it asks again. Runs at each start, before anything else touches a project.
 */
export const recoverJournals = async (home: Home): Promise<readonly Recovered[]> => {
  const recovered: Recovered[] = [];
  for (const jobId of await jobsWithJournals(home)) {
    for (const journal of await journalsOf(home, jobId)) {
      const { phase, workspace } = journal;
      if ((phase !== 'PREPARED' && phase !== 'REVERTING') || isAtWork(journal.owner)) continue;
      // It may be moved, or not mounted now: it is looked at again at every start.
      if (!existsSync(workspace)) {
        recovered.push({ jobId, workspace, left: null });
        continue;
      }
      const back = phase === 'PREPARED' ? 'before' : 'after';
      const left = await restoreFiles(home, journal, back, () => undefined);
      await setPhase(home, journal, phase === 'PREPARED' ? 'ROLLED_BACK' : 'APPLIED');
      recovered.push({ jobId, workspace, left });
    }
  }
  return recovered;
};
