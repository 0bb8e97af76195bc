import type { QuotaAlertRaised } from '../../domain/billing/account/events.ts';
import type { Event, Json, Positioned } from '../../domain/kernel/message.ts';

/** What the stream of a person tells beside the jobs (BIL-10). Amounts in micro-credits. */
export type AccountMessage = Readonly<{ name: 'quota_alert'; data: { readonly [key: string]: Json } }>;

const isQuotaAlert = (event: Event): event is QuotaAlertRaised => event.type === 'QuotaAlertRaised';

/** Whose account an event that is told is about; null: not for the stream of a person. */
export const holderOf = (event: Positioned): string | null =>
  isQuotaAlert(event) ? event.data.userId : null;

/** What the holder is told of one event: nothing, or messages that belong to one position. */
export const accountMessagesOf = (event: Positioned): readonly AccountMessage[] => {
  if (!isQuotaAlert(event)) return [];
  const { period, threshold, used, limit, at } = event.data;
  return [{ name: 'quota_alert', data: { period, threshold, used, limit, at } }];
};
