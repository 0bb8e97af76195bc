import type { StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Recorded } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import type { AuditedStep, Moment } from '../../../read-api/kernel/audit.ts';
import { snakeKeys } from '../../../read-api/kernel/wire.ts';
import { auditedEvent } from './audited-event.ts';
import { deciderOfStream } from './stream-deciders.ts';

const PAGE = 1_000;
/** JSON of one page: states of a long stream are large, and each step has one. */
const MOST_BYTES = 8 * 1_024 * 1_024;

type Store = Pick<StreamStore, 'read'>;
type Folded = Readonly<{ event: Recorded; state: unknown }>;

/** Each event from a version on with the state after it. Throws `Rejection` STREAM_NOT_FOUND. */
async function* folded(store: Store, streamName: string, from: bigint): AsyncGenerator<Folded> {
  const decider = deciderOfStream(streamName);
  let state = decider?.initialState() ?? null;
  // A state needs all that was before it.
  let next = decider === null ? from : 1n;
  for (;;) {
    const { events, streamExists } = await store.read(streamName, { from: next, maxCount: PAGE });
    if (!streamExists) throw new Rejection('STREAM_NOT_FOUND', 'There is no such stream.');
    for (const event of events) {
      state = decider?.evolve(state, event) ?? null;
      if (event.metadata.streamPosition >= from) yield { event, state };
    }
    if (events.length < PAGE) return;
    next += BigInt(PAGE);
  }
}

const stepOf = ({ event, state }: Folded): AuditedStep => ({
  ...auditedEvent(event),
  state: snakeKeys(state),
});

/** See `AuditTrail.stream`. One step at least; `mostBytes` of their JSON. */
export const streamSteps = async (
  store: Store,
  streamName: string,
  { after, limit, mostBytes = MOST_BYTES }: Readonly<{ after: bigint; limit: number; mostBytes?: number }>,
): Promise<Readonly<{ steps: readonly AuditedStep[]; next_after: number | null }>> => {
  const steps: AuditedStep[] = [];
  let bytes = 0;
  for await (const each of folded(store, streamName, after + 1n)) {
    const step = stepOf(each);
    bytes += Buffer.byteLength(JSON.stringify(step));
    const isFull = steps.length === limit || (steps.length > 0 && bytes > mostBytes);
    if (isFull) return { steps, next_after: steps.at(-1)?.version ?? null };
    steps.push(step);
  }
  return { steps, next_after: null };
};

const isUpTo = ({ metadata }: Recorded, moment: Moment): boolean =>
  'time' in moment
    ? Date.parse(metadata.recordedAt) <= Date.parse(moment.time)
    : metadata.globalPosition !== null && metadata.globalPosition <= moment.position;

/** See `AuditTrail.at`. */
export const streamAt = async (
  store: Store,
  streamName: string,
  moment: Moment,
): Promise<AuditedStep | null> => {
  let newest: Folded | null = null;
  for await (const each of folded(store, streamName, 1n)) {
    if (!isUpTo(each.event, moment)) break;
    newest = each;
  }
  return newest === null ? null : stepOf(newest);
};
