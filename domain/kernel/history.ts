import type { Event, Positioned, RecordedMetadata } from './message.ts';

/**
 * Gives plain events the metadata of recorded ones, for given/when/then tests of projections and process managers:
 * dense positions from `firstPosition`, stream versions counted per stream, one second between events.
 */
export const history = <E extends Event>(
  streamName: string,
  events: readonly E[],
  options: Readonly<{ firstPosition?: bigint; start?: string; metadata?: Partial<RecordedMetadata> }> = {},
): readonly Positioned<E>[] => {
  const first = options.firstPosition ?? 1n;
  const start = Date.parse(options.start ?? '2026-01-01T00:00:00.000Z');
  return events.map((event, index) => {
    const position = first + BigInt(index);
    const id = `00000000-0000-4000-8000-${position.toString().padStart(12, '0')}`;
    return {
      ...event,
      kind: 'Event',
      metadata: {
        messageId: id,
        streamName,
        streamPosition: BigInt(index + 1),
        schemaVersion: 1,
        recordedAt: `${new Date(start + index * 1_000).toISOString().slice(0, -1)}000Z`,
        commandId: id,
        correlationId: '00000000-0000-4000-8000-000000000000',
        causationId: id,
        actor: { type: 'system', id: 'test' },
        ...options.metadata,
        globalPosition: position,
      },
    };
  });
};

/** One recorded event; see `history`. */
export const recorded = <E extends Event>(
  event: E,
  options: Readonly<{ streamName?: string; position?: bigint; metadata?: Partial<RecordedMetadata> }> = {},
): Positioned<E> => {
  const [first] = history(options.streamName ?? 'stream-1', [event], {
    firstPosition: options.position ?? 1n,
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  });
  if (first === undefined) throw new Error('history of one event is empty');
  return first;
};
