import type { LogRange, LogReader, TypesRead } from '../../domain/kernel/event-store.ts';
import type { Placed, Positioned } from '../../domain/kernel/message.ts';
import { lookedAt } from '../event-store/ranges.ts';

/** Larger ranges make the planner change the join and halve the speed. */
const RANGE = 1_000n;
/** Ranges on their way at once. With one, the server rested while this process parsed: 40% of the time. */
const DEPTH = 3;

type Reader = Pick<LogReader, 'readLog' | 'readTypes'>;
type Read<E extends Placed> = (range: LogRange) => Promise<TypesRead<E>>;

/** A class, and below no literal, for the same reason as `EventRead`: what is born old keeps all events of its range. */
class Ahead<E extends Placed> {
  readonly last: bigint;
  readonly answer: Promise<TypesRead<E>>;

  constructor(last: bigint, answer: Promise<TypesRead<E>>) {
    this.last = last;
    this.answer = answer;
  }
}

const readAll = async (log: Reader, range: LogRange): Promise<TypesRead> =>
  lookedAt(range, await log.readLog(range));

/**
 * Walks positions `after + 1` to `to` in order, some ranges ahead of the caller; with `types`, past the events of all
 * others. Positions are dense (ES-05), so the next ranges are known before the first has arrived. `to` is a position that
 * the log is known to have: throws when the log ends before it, because the caller would take what it did not see for done.
 */
export const readAhead = (
  log: Reader,
  after: bigint,
  to: bigint,
  types?: readonly string[],
): AsyncGenerator<readonly Positioned[]> =>
  walk((range) => (types === undefined ? readAll(log, range) : log.readTypes(types, range)), after, to);

/** The same, without who caused an event. */
export const readAheadPlaced = (
  log: Pick<LogReader, 'readPlaced'>,
  after: bigint,
  to: bigint,
  types: readonly string[],
): AsyncGenerator<readonly Placed[]> => walk((range) => log.readPlaced(types, range), after, to);

async function* walk<E extends Placed>(
  read: Read<E>,
  after: bigint,
  to: bigint,
): AsyncGenerator<readonly E[]> {
  const ahead = Array.of<Ahead<E>>();
  let asked = after;
  const ask = (): void => {
    while (ahead.length < DEPTH && asked < to) {
      const last = asked + RANGE < to ? asked + RANGE : to;
      const answer = read({ after: asked, limit: Number(RANGE), to: last });
      // Its failure is met when its turn comes; without a listener it would end the process before that. What has no turn,
      // because it is asked for anew or the caller has stopped, was of no use either way.
      answer.catch(() => undefined);
      ahead.push(new Ahead(last, answer));
      asked = last;
    }
  };
  for (let walked = after; ; ) {
    ask();
    const range = ahead.shift();
    if (range === undefined) return;
    const { events, reached } = await range.answer;
    if (reached <= walked)
      throw new Error(`the log was to have position ${to} and shows nothing up to ${range.last}`);
    walked = reached;
    // Shorter than asked: what was asked beyond it may have come too early.
    if (reached < range.last) {
      ahead.length = 0;
      asked = reached;
    }
    ask();
    if (events.length > 0) yield events;
  }
}
