import { setTimeout as sleep } from 'node:timers/promises';
import { isRejection } from '../../domain/kernel/rejection.ts';
import { keysOfFolder, lastHead } from '../audit/head-folder.ts';
import { checkInclusion, inclusionSchema } from '../audit/proof.ts';
import type { TreeHead } from '../audit/tree-head.ts';
import type { Findings } from './audit.ts';
import type { ShopClient } from './shop-client.ts';
import type { Spender } from './shop-spenders.ts';

/** Proofs that are asked for, those of the newest jobs. */
const MOST = 10;
const POLL_MS = 250;

/** The head that a worker wrote beside the database, once it covers so many events; null: it was not written in time. */
export const publishedHead = async (
  folder: string,
  events: number,
  patienceMs: number,
): Promise<TreeHead | null> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const head = await lastHead(folder);
    if (head !== null && head.tree_size >= events) return head;
    if (Date.now() > deadline) return null;
    await sleep(POLL_MS);
  }
};

/** What is wrong with the answer of the API as a proof of a charge, with nothing at hand but what stands in the folder; null: nothing. */
export const faultOfProof = async (
  answer: unknown,
  head: TreeHead,
  folder: string,
): Promise<string | null> => {
  const proof = inclusionSchema.safeParse(answer);
  if (!proof.success) return 'no proof';
  const { tree_size, root_hash } = proof.data.head;
  if (tree_size !== head.tree_size || root_hash !== head.root_hash) return 'another head than the published';
  try {
    checkInclusion(proof.data, await keysOfFolder(folder));
    // The sixth line of a leaf is the type of its event (decision 0011).
    const types = proof.data.proofs.map(({ entry }) => entry?.split('\n', 6)[5]);
    return types.includes('HoldPosted') ? null : 'no charge in it';
  } catch (error) {
    if (!isRejection(error)) throw error;
    return error.message;
  }
};

/** People ask for the proofs of what they paid, and check them against the last head that was published. */
export const auditProofs = async (
  shop: ShopClient,
  spenders: readonly Spender[],
  parts: Readonly<{ head: TreeHead; folder: string }>,
  findings: Findings,
): Promise<number> => {
  const paid = spenders.flatMap(({ token, jobs }) =>
    jobs.filter(({ charge }) => charge !== null && charge > 0).map(({ jobId }) => ({ token, jobId })),
  );
  const asked = paid.slice(-MOST);
  for (const { token, jobId } of asked) {
    const answer = await shop.ask({ method: 'GET', path: `/usage/job/${jobId}/proof`, token });
    const fault = await faultOfProof(answer?.body, parts.head, parts.folder);
    if (fault !== null) findings.add('shop: proof of a charge does not verify', `${jobId}: ${fault}`);
  }
  return asked.length;
};
