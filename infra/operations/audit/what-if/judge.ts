import type { Event, Recorded } from '../../../../domain/kernel/message.ts';
import { isRejection } from '../../../../domain/kernel/rejection.ts';
import type { DecisionDifference } from '../../../../read-api/kernel/audit.ts';
import type { StreamDecider } from '../stream-deciders.ts';
import { differencesOf } from './differences.ts';

/** `events`: how many of them the decision wrote. */
export type Judged =
  | Readonly<{ kind: 'SAME'; events: number; assumed: string | null }>
  | Readonly<{ kind: 'NOT_DECIDABLE'; why: string }>
  | Readonly<{ kind: 'DIFFERENT'; difference: DecisionDifference }>;

type What = Pick<DecisionDifference, 'kind'> & Partial<DecisionDifference>;

/** At the place of the first of these events. */
export const differenceAt = (
  { metadata: { streamPosition, globalPosition, recordedAt } }: Recorded,
  recorded: readonly Recorded[],
  what: What,
): DecisionDifference => ({
  version: Number(streamPosition),
  position: globalPosition === null ? null : Number(globalPosition),
  recorded_at: recordedAt,
  command: null,
  code: null,
  reason: null,
  recorded: recorded.map(({ type }) => type),
  decided: [],
  fields: [],
  state: [],
  ...what,
});

type Place = Readonly<{ first: Recorded; rest: readonly Recorded[]; state: unknown }>;

/** What the decider would have written instead, and how the state after it would differ; null: the same. */
const otherwise = (
  decider: StreamDecider,
  { rest, state }: Place,
  decided: readonly Event[],
): Pick<What, 'decided' | 'fields' | 'state'> | null => {
  const recorded = rest.slice(0, decided.length);
  const fields = differencesOf(
    recorded.map(({ type, data }) => ({ type, data })),
    decided,
  );
  const next = rest[decided.length];
  const isShort = next !== undefined && decider.commandOf(next, { rest: [next], state }) === null;
  if (decided.length > 0 && fields.length === 0 && !isShort) return null;
  const after = (events: readonly Event[]): unknown => events.reduce(decider.evolve, state);
  return {
    decided: decided.map(({ type }) => type),
    fields,
    state: differencesOf(after(rest), after(decided)),
  };
};

/** What today's decider makes of the decision that begins with the first of what is left of an append. */
export const judge = (decider: StreamDecider, place: Place): Judged => {
  const { first, rest } = place;
  const different = (what: What): Judged => ({
    kind: 'DIFFERENT',
    difference: differenceAt(first, rest, what),
  });
  if (rest.some(({ stored }) => stored !== undefined))
    return { kind: 'NOT_DECIDABLE', why: 'it is stored in an older form' };
  const found = decider.commandOf(first, place);
  if (found === null) return different({ kind: 'NOT_DECIDED' });
  if ('unknown' in found) return { kind: 'NOT_DECIDABLE', why: found.unknown };
  const { command, assumed = null } = found;
  try {
    const decided = decider.decide(command, place.state);
    const other = otherwise(decider, place, decided);
    if (other === null) return { kind: 'SAME', events: decided.length, assumed };
    return different({ kind: 'DECIDED_OTHERWISE', command: command.type, ...other });
  } catch (error) {
    if (!isRejection(error)) throw error;
    const { code, message: reason } = error;
    return different({ kind: 'REFUSED', command: command.type, code, reason });
  }
};
