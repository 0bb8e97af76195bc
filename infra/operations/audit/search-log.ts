import type { LogReader } from '../../../domain/kernel/event-store.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import type { AuditedEvent, EventFilter } from '../../../read-api/kernel/audit.ts';
import { readAhead } from '../../runtime/read-ahead.ts';
import { auditedEvent } from './audited-event.ts';

const WINDOW = 1_000;
/** Of one page, so that a search for what is not there costs a request no more than this. */
const LOOKED_AT = 20_000;

const matches = ({ type, metadata }: Positioned, { actor, ...wanted }: EventFilter): boolean => {
  const { actor: who, correlationId, streamName } = metadata;
  return (
    (wanted.type === undefined || wanted.type === type) &&
    (wanted.correlation === undefined || wanted.correlation === correlationId) &&
    (wanted.stream === undefined || wanted.stream === streamName) &&
    (actor === undefined || [who.id, who.type, `${who.type}:${who.id}`].includes(actor))
  );
};

/**
 * See `AuditTrail.search`. The log is read from its end backwards: an index of actors and correlations would be written with
 * every event, for a question that is asked seldom (docs/decisions/0060-audit.md). Throws `EventFormUnknown` on an event that only a
 * later release can read, rather than leave out what comes after it.
 */
export const searchLog = async (
  log: Pick<LogReader, 'readLog' | 'readTypes' | 'head'>,
  filter: EventFilter,
  { before, limit }: Readonly<{ before: bigint | null; limit: number }>,
): Promise<Readonly<{ events: readonly AuditedEvent[]; next_before: number | null }>> => {
  const events: AuditedEvent[] = [];
  const head = await log.head();
  let upTo = before === null || before > head ? head : before - 1n;
  const types = filter.type === undefined ? undefined : [filter.type];
  const least = upTo - BigInt(LOOKED_AT);
  while (upTo > 0n && upTo > least) {
    const after = upTo > BigInt(WINDOW) ? upTo - BigInt(WINDOW) : 0n;
    const read: Positioned[] = [];
    for await (const part of readAhead(log, after, upTo, types)) read.push(...part);
    for (const event of read.toReversed()) {
      if (!matches(event, filter)) continue;
      events.push(auditedEvent(event));
      if (events.length === limit) return { events, next_before: events.at(-1)?.position ?? null };
    }
    upTo = after;
  }
  return { events, next_before: upTo > 0n ? Number(upTo + 1n) : null };
};
