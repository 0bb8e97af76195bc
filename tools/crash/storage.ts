import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sight, send, type Turn } from './scenario.ts';

/** Faults of the server's disk, where the sources of a job lie. */

const folderOf = ({ dataFolder, jobId }: Sight): string => join(dataFolder, 'artifacts', jobId);
const asideOf = (sight: Sight): string => `${folderOf(sight)}.aside`;

/** A person chooses a strategy just after the disk has failed. */
export const chooseWith = (sight: Sight, fail: (sight: Sight) => void): Turn =>
  send(async (client) => {
    if (sight.state.status !== 'WAITING_STRATEGY') return;
    fail(sight);
    await client.selectProposal(sight.jobId, sight.state.proposals[0]?.proposalId ?? '');
  });

export const lost = (sight: Sight): void => rmSync(folderOf(sight), { recursive: true, force: true });

/** A file where the folder should be: an error that may pass, unlike an artifact that is not there. */
export const unreadable = (sight: Sight): void => {
  if (existsSync(asideOf(sight))) return;
  renameSync(folderOf(sight), asideOf(sight));
  writeFileSync(folderOf(sight), '');
};

export const readableAgain = (sight: Sight): void => {
  if (!existsSync(asideOf(sight))) return;
  rmSync(folderOf(sight), { force: true });
  renameSync(asideOf(sight), folderOf(sight));
};
