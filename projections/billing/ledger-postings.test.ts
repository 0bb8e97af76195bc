import { describe, expect, it } from 'vitest';
import type { CreditsGranted } from '../../domain/billing/account/events.ts';
import type { BalanceMoved } from '../../domain/billing/payments/balance.ts';
import { recorded } from '../../domain/kernel/history.ts';
import type { RecordedMetadata } from '../../domain/kernel/message.ts';
import { ledgerPostings } from './ledger-postings.ts';

const at = '2026-11-20T10:00:00.000Z';
const granted: CreditsGranted = {
  type: 'CreditsGranted',
  data: {
    userId: 'u',
    lotId: 'l',
    source: 'GOODWILL',
    microCredits: 5,
    expiresAt: null,
    reference: 'r',
    period: null,
    at,
  },
};
const moved: BalanceMoved = {
  type: 'BalanceMoved',
  data: { transactionId: 'txn', sourceId: 'txn', kind: 'FEE', amount: -7, fee: 0, currency: 'USD', at },
};

describe('the source of an entry of the ledger', () => {
  const sourcesOf = (event: CreditsGranted | BalanceMoved, metadata: Partial<RecordedMetadata>) => {
    const known = recorded(event, { metadata });
    const keys = ledgerPostings.keysOf(known);
    return new Set(keys.map((key) => ledgerPostings.evolve(undefined, known, key)?.source_event));
  };

  it('[BIL-14] is the event that caused it, else the entry of its own, as where a person or a deadline did', () => {
    for (const event of [granted, moved]) {
      const own = { messageId: 'own', commandId: 'command' };
      expect(sourcesOf(event, { ...own, causationId: 'cause' })).toEqual(new Set(['cause']));
      expect(sourcesOf(event, { ...own, causationId: 'command' })).toEqual(new Set(['own']));
    }
  });
});
