import { z } from 'zod';

/** Parts of the answers about the tree over the log (docs/decisions/0012-tamper-evidence.md). */
export const headAnswer = z.object({
  origin: z.string(),
  tree_size: z.int(),
  root_hash: z.string().describe('Hex'),
  signed_at: z.string(),
  key_id: z.string(),
  signature: z.string().describe('Ed25519, base64'),
});

export const pathAnswer = z.array(z.string()).describe('Hashes in hex, from the leaf to the root');

/** A position or a number of events. */
export const logSize = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
