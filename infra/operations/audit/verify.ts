import type { Pool } from 'pg';
import type { VerifyAnswer } from '../../../read-api/kernel/audit.ts';
import { listHeads, storedKeys } from '../../audit/stored-heads.ts';
import { isSigned } from '../../audit/tree-head.ts';
import { verifyLog } from '../../audit/verify-log.ts';

const HEADS = 1_000;

/**
 * Reads the whole log and holds it against the signed heads that the database keeps. Whoever can write to the database could
 * replace heads and keys too: the answer names the newest head, to be compared with one that was kept elsewhere (ES-07).
 */
export const verifyStored = async (pool: Pick<Pool, 'query'>): Promise<VerifyAnswer> => {
  const heads = (await listHeads(pool, HEADS, null)).reverse();
  const keys = await storedKeys(pool);
  const signed = heads.filter((head) => isSigned(head, keys));
  const { events, covered, headsChecked, finding } = await verifyLog(pool, { heads: signed, leaves: null });
  const forged = heads.find((head) => !signed.includes(head));
  const whole = finding && {
    code: finding.code,
    position: finding.position,
    up_to: finding.upTo,
    what: finding.what,
  };
  const row = forged && {
    code: 'HEAD_ROW_CHANGED',
    position: null,
    up_to: null,
    what: `the stored head of ${forged.tree_size} events is not what was signed`,
  };
  const first = whole ?? row ?? null;
  return {
    intact: first === null,
    events,
    covered,
    heads_checked: headsChecked,
    head: signed.at(-1) ?? null,
    finding: first,
  };
};
