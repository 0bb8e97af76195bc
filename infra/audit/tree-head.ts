import { verify } from 'node:crypto';
import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { HeadKeys, HeadSigner } from './head-key.ts';

const FORMAT = 'iama-tree-head-1';
// A line break would let one field pass for two.
const CONTROL = /\p{Cc}/u;

export const hashHex = z.string().regex(/^[0-9a-f]{64}$/);

/** A signed tree head as it stands in files and on the wire: these many events, in this order, and no others. */
export const treeHeadSchema = z.object({
  origin: z.string().min(1).max(200),
  tree_size: z.int().positive(),
  root_hash: hashHex,
  signed_at: z.iso.datetime({ precision: 3 }),
  key_id: z.string().regex(/^[0-9a-f]{32}$/),
  signature: z.base64().length(88),
});
export type TreeHead = Readonly<z.infer<typeof treeHeadSchema>>;

type Statement = Pick<TreeHead, 'origin' | 'tree_size' | 'root_hash' | 'signed_at'>;

/** The bytes that are signed: five lines, each ended by LF (docs/decisions/0012-tamper-evidence.md). */
export const headText = ({ origin, tree_size, root_hash, signed_at }: Statement): string =>
  `${[FORMAT, origin, tree_size, root_hash, signed_at].join('\n')}\n`;

export const signHead = (statement: Statement, signer: HeadSigner): TreeHead => {
  if (CONTROL.test(statement.origin)) throw new Error('the origin of tree heads has a control character');
  // What readers would refuse is not signed, such as an origin of any length.
  return treeHeadSchema.parse({
    ...statement,
    key_id: signer.keyId,
    signature: signer.sign(headText(statement)).toString('base64'),
  });
};

/** Whether the trusted key that the head names signed exactly this. */
export const isSigned = (head: TreeHead, keys: HeadKeys): boolean => {
  const key = keys.get(head.key_id);
  if (key === undefined || CONTROL.test(head.origin)) return false;
  return verify(null, Buffer.from(headText(head), 'utf8'), key, Buffer.from(head.signature, 'base64'));
};

/** Throws `Rejection` TREE_KEY_UNKNOWN or TREE_HEAD_FORGED unless one of the trusted keys signed exactly this. */
export const checkHead = (head: TreeHead, keys: HeadKeys): void => {
  if (!keys.has(head.key_id))
    throw new Rejection('TREE_KEY_UNKNOWN', 'The head is signed by a key that is not trusted.', {
      keyId: head.key_id,
    });
  if (!isSigned(head, keys))
    throw new Rejection('TREE_HEAD_FORGED', 'The signature does not belong to this head.', {
      treeSize: head.tree_size,
    });
};
