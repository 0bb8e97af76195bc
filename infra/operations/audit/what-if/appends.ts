import type { StreamStore } from '../../../../domain/kernel/event-store.ts';
import type { Recorded } from '../../../../domain/kernel/message.ts';
import { Rejection } from '../../../../domain/kernel/rejection.ts';

const PAGE = 1_000;

/** What was written to a stream at once, the events of one command, oldest first. Throws `Rejection` STREAM_NOT_FOUND. */
export async function* appendsTo(
  store: Pick<StreamStore, 'read'>,
  streamName: string,
): AsyncGenerator<readonly Recorded[]> {
  let append: Recorded[] = [];
  for (let from = 1n; ; from += BigInt(PAGE)) {
    const { events, streamExists } = await store.read(streamName, { from, maxCount: PAGE });
    if (!streamExists) throw new Rejection('STREAM_NOT_FOUND', 'There is no such stream.');
    for (const event of events) {
      if (append.length > 0 && append[0]?.metadata.commandId !== event.metadata.commandId) {
        yield append;
        append = [];
      }
      append.push(event);
    }
    if (events.length < PAGE) break;
  }
  if (append.length > 0) yield append;
}
