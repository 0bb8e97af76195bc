/**
 * Messages. Structurally the types of `@event-driven-io/emmett` (`Event`, `Command`), restated here because the
 * domain imports no package; `infra/event-store/emmett-compatibility.test.ts` proves that they are assignable.
 */

/** A value that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Event<
  Type extends string = string,
  Data extends Record<string, unknown> = Record<string, unknown>,
> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

export type Command<
  Type extends string = string,
  Data extends Record<string, unknown> = Record<string, unknown>,
> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/** Who caused a message. `system` ids name the process manager or reactor, for example `job-process`. */
export type Actor = Readonly<{ type: 'user' | 'admin' | 'system'; id: string }>;

/** What travels from a command to every event it causes (ES-04). Ids are UUIDs, chosen outside the domain. */
export type MessageContext = Readonly<{
  commandId: string;
  correlationId: string;
  causationId: string;
  actor: Actor;
  requestId?: string;
}>;

/** What the store adds when it records an event (ES-04). */
export type RecordedMetadata = MessageContext &
  Readonly<{
    messageId: string;
    streamName: string;
    /** 1-based version in the stream. */
    streamPosition: bigint;
    /** Dense global position; null until the sequencer has assigned it. */
    globalPosition: bigint | null;
    schemaVersion: number;
    /** RFC 3339, UTC, microseconds, from the database clock. */
    recordedAt: string;
  }>;

/** What stands in the log, where `data` is read from an older form of it (ES-08); absent: `data` is what stands there. */
type AsStored = Readonly<{ stored?: Readonly<Record<string, unknown>> }>;

export type Recorded<E extends Event = Event> = E &
  AsStored &
  Readonly<{ kind: 'Event'; metadata: RecordedMetadata }>;

/** An event read from the log: its position is known. */
export type Positioned<E extends Event = Event> = E &
  AsStored &
  Readonly<{ kind: 'Event'; metadata: RecordedMetadata & Readonly<{ globalPosition: bigint }> }>;

/** What happened, where and when, without who caused it: all that most read tables keep. Every `Positioned` is one. */
export type Placed<E extends Event = Event> = E &
  AsStored &
  Readonly<{
    kind: 'Event';
    metadata: Pick<Positioned['metadata'], 'streamName' | 'globalPosition' | 'schemaVersion' | 'recordedAt'>;
  }>;

/** The event as who asks for `Placed` sees it: without what else is recorded of it. */
export const placed = <E extends Event>(event: Placed<E>): Placed<E> => {
  const { streamName, globalPosition, schemaVersion, recordedAt } = event.metadata;
  return { ...event, metadata: { streamName, globalPosition, schemaVersion, recordedAt } };
};
