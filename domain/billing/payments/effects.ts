import { never } from '../../kernel/never.ts';
import type { AccountCommand } from '../account/commands.ts';
import { reclaimOf, touchedBy } from './bookings.ts';
import type { PaymentEvent } from './events.ts';
import type { PaymentsState } from './state.ts';

/**
 * What an event means for the tier and the credits of the person (BIL-01, BIL-13). `state`: after all that was decided with it. `at`: now, because the account does
 * first what has become due; the money keeps the time of the provider.
 */
export const accountCommandsOf = (
  event: PaymentEvent,
  state: PaymentsState,
  at: string,
): readonly AccountCommand[] => {
  const { userId } = event.data;
  const reclaimed = (invoiceId: string): AccountCommand[] => {
    const reclaim = reclaimOf(state, invoiceId);
    if (reclaim === null) return [];
    return [{ type: 'ReclaimCredits', data: { userId, ...reclaim, reason: event.type, at } }];
  };
  switch (event.type) {
    case 'PlanChanged': {
      const { tier, status, subscriptionId, then = [] } = event.data;
      const reason = `${subscriptionId} ${status}`;
      const paid = status === 'ENDED' ? {} : { renewal: 'INVOICE' as const, then };
      return [{ type: 'AssignTier', data: { userId, tier, reason, ...paid, at } }];
    }
    case 'PaymentReceived': {
      const { lotId, source, microCredits, creditsEndAt: expiresAt, invoiceId: reference } = event.data;
      const period = expiresAt === null ? {} : { period: expiresAt.slice(0, 10) };
      const data = { userId, lotId, source, microCredits, expiresAt, reference, ...period, at };
      const granted: AccountCommand[] = microCredits === 0 ? [] : [{ type: 'GrantCredits', data }];
      return [...granted, ...touchedBy(state, reference).flatMap((invoiceId) => reclaimed(invoiceId))];
    }
    case 'PaymentRefunded':
    case 'RefundReturned':
    case 'DisputeLost':
    case 'DisputeReopened':
      return reclaimed(event.data.invoiceId);
    case 'CustomerLinked':
    case 'NoticeTaken':
    case 'PaymentFailed':
    case 'DisputeOpened':
    case 'DisputeWon':
      return [];
    default:
      return never(event);
  }
};
