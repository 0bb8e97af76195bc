import type { Command, Event, Recorded } from '../../../../domain/kernel/message.ts';

/** Commands are not in the log: what the events of a decision tell of the command that was decided. */
export type Found<C extends Command> =
  | Readonly<{
      command: C;
      /** What the log does not hold and is taken as it must have been; absent: nothing. */
      assumed?: string;
    }>
  | Readonly<{ unknown: string }>;

/** What of the append is left from the first event of a decision on, and the state before it. */
export type Written<State, E extends Event> = Readonly<{ rest: readonly Recorded<E>[]; state: State }>;

/** `FOLLOWS`: no command begins with such an event; it is decided along with one before it. */
type Source<State, C extends Command, E extends Event, First extends Event> =
  | 'FOLLOWS'
  | ((first: Recorded<First>, written: Written<State, E>) => Found<C>);

/** For every event of a decider, the command of a decision that begins with it; one that is missing does not compile. */
export type Sources<State, C extends Command, E extends Event> = {
  readonly [Type in E['type']]: Source<State, C, E, Extract<E, Readonly<{ type: Type }>>>;
};

export const known = <C extends Command>(command: C, assumed?: string): Found<C> => ({
  command,
  ...(assumed === undefined ? {} : { assumed }),
});

export const unknown = (why: string): Readonly<{ unknown: string }> => ({ unknown: why });

/** Stands where the command had something that the log does not keep and that no decision of today looks at. */
export const NOT_KEPT = 'not-in-the-log';

/** The first event of a type that was written with the others. */
export const among = <E extends Event, Type extends E['type']>(
  rest: readonly Recorded<E>[],
  type: Type,
): Extract<E, Readonly<{ type: Type }>>['data'] | null =>
  (rest.find((event) => event.type === type) as Extract<E, Readonly<{ type: Type }>> | undefined)?.data ??
  null;
