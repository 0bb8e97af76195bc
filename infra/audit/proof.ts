import { hash } from 'node:crypto';
import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { isConsistent, rootOfInclusion } from '../event-store/merkle/verify-path.ts';
import type { HeadKeys } from './head-key.ts';
import { checkHead, hashHex, type TreeHead, treeHeadSchema } from './tree-head.ts';

const path = z.array(hashHex).max(64);

/** That each of these events stands at its position of the log that the head names. */
export const inclusionSchema = z.object({
  schema: z.literal('iama.inclusion/1'),
  head: treeHeadSchema,
  proofs: z.array(
    z.object({
      position: z.int().positive(),
      leaf_hash: hashHex,
      path,
      /** The hashed text of the event (docs/decisions/0011-leaf-encoding.md), for those who may see it. */
      entry: z.string().optional(),
    }),
  ),
});
export type InclusionProof = Readonly<z.infer<typeof inclusionSchema>>;

/** That the log of `head` begins with the log of an older head of `from_size` events. */
export const consistencySchema = z.object({
  schema: z.literal('iama.consistency/1'),
  from_size: z.int().positive(),
  head: treeHeadSchema,
  path,
});
export type ConsistencyProof = Readonly<z.infer<typeof consistencySchema>>;

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

const refused = (what: string, position: number): Rejection =>
  new Rejection('PROOF_INVALID', what, { position });

/**
 * Needs nothing but the proof and trusted keys. Throws `Rejection` TREE_KEY_UNKNOWN, TREE_HEAD_FORGED or PROOF_INVALID with
 * the position of the first event that is not proven.
 */
export const checkInclusion = ({ head, proofs }: InclusionProof, keys: HeadKeys): void => {
  checkHead(head, keys);
  if (proofs.length === 0) throw new Rejection('PROOF_INVALID', 'The proof names no event.');
  for (const { position, leaf_hash, path: siblings, entry } of proofs) {
    if (entry !== undefined && hash('sha256', `\u0000${entry}`) !== leaf_hash)
      throw refused('The text of the event does not have this hash.', position);
    if (entry !== undefined && entry.split('\n', 2)[1] !== String(position))
      throw refused('The text of the event names another position.', position);
    const root = rootOfInclusion(bytes(leaf_hash), position - 1, head.tree_size, siblings.map(bytes));
    if (root?.toString('hex') !== head.root_hash)
      throw refused('The path does not lead from this event to the head.', position);
  }
};

/**
 * Needs nothing but both heads, the path and trusted keys. Throws `Rejection` TREE_KEY_UNKNOWN, TREE_HEAD_FORGED or
 * PROOF_INVALID.
 */
export const checkConsistency = (older: TreeHead, proof: ConsistencyProof, keys: HeadKeys): void => {
  checkHead(older, keys);
  checkHead(proof.head, keys);
  const sized = ({ tree_size, root_hash }: TreeHead) => ({ size: tree_size, root: bytes(root_hash) });
  const holds =
    older.origin === proof.head.origin &&
    older.tree_size === proof.from_size &&
    isConsistent(sized(older), sized(proof.head), proof.path.map(bytes));
  if (!holds)
    throw new Rejection('PROOF_INVALID', 'The newer log does not begin with the older one.', {
      fromSize: older.tree_size,
      toSize: proof.head.tree_size,
    });
};
