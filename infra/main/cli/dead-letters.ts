import type { Positioned } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { projections } from '../../../projections/index.ts';
import {
  type DeadLetter,
  type DeadLetterStatus,
  DeadLetters,
  type Decision,
} from '../../runtime/dead-letters.ts';
import { projectionSubscriptionId } from '../../runtime/projection-subscription.ts';
import type { Reading } from './open.ts';
import { impersonalReason, ownContext } from './operator.ts';
import { table } from './story-table.ts';

const STATUSES: readonly DeadLetterStatus[] = ['retrying', 'parked', 'skipped', 'resolved'];
const GIST_WIDTH = 80;

export type LetterFilter = Readonly<{ subscription?: string; status?: string; limit?: number }>;

export type InspectedLetter = Readonly<{ letter: DeadLetter; event: Positioned }>;

const isStatus = (text: string): text is DeadLetterStatus => STATUSES.some((known) => known === text);

const REVISABLE = projections.map((projection) => projectionSubscriptionId(projection));

const lettersOf = ({ pool, log }: Reading): DeadLetters => new DeadLetters(pool, log, REVISABLE);

const decisionOf = (reason: string): Decision => {
  const context = ownContext();
  return { actor: context.actor, reason, context };
};

/** Newest first. Without a status: those that hold something up. Rejects with `DEAD_LETTER_STATUS_UNKNOWN`. */
export const listLetters = (
  reading: Reading,
  { subscription, status, limit }: LetterFilter,
): Promise<readonly DeadLetter[]> => {
  if (status !== undefined && !isStatus(status))
    throw new Rejection(
      'DEAD_LETTER_STATUS_UNKNOWN',
      `there is no status ${status}; known: ${STATUSES.join(', ')}`,
    );
  return lettersOf(reading).list({
    ...(subscription === undefined ? {} : { subscription }),
    ...(status === undefined ? {} : { status }),
    ...(limit === undefined ? {} : { limit }),
  });
};

/** Rejects with `DEAD_LETTER_NOT_FOUND`. */
export const inspectLetter = (reading: Reading, id: string): Promise<InspectedLetter> =>
  lettersOf(reading).inspect(id);

/**
 * Records the decision as an event of stream `dead-letter-<id>`, then carries it out, and answers the letter as it is now.
 * A worker takes it up at its next look. Rejects with `DEAD_LETTER_NOT_FOUND`, `DEAD_LETTER_SETTLED` or, for a reason of
 * blanks, `REASON_REQUIRED`.
 */
export const decideLetter = async (
  reading: Reading,
  verb: 'retry' | 'skip',
  id: string,
  reason: string,
): Promise<InspectedLetter> => {
  const decision = decisionOf(impersonalReason(reason));
  const letters = lettersOf(reading);
  await letters[verb](id, decision);
  return letters.inspect(id);
};

const oneLine = (text: string): string => {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > GIST_WIDTH ? `${flat.slice(0, GIST_WIDTH - 1)}…` : flat;
};

const time = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

export const lettersTable = (letters: readonly DeadLetter[]): string => {
  if (letters.length === 0) return 'No dead letters: nothing is held up.';
  const header = [
    'id',
    'status',
    'subscription',
    'position',
    'event',
    'holds up',
    'waiting',
    'attempts',
    'since (UTC)',
    'error',
  ];
  const rows = letters.map((letter) => [
    letter.id,
    letter.status,
    letter.subscription,
    String(letter.position),
    letter.eventType,
    letter.lane,
    String(letter.waiting),
    String(letter.attempts),
    time(letter.createdAt),
    oneLine(letter.error),
  ]);
  return table(header, rows);
};

export const letterText = ({ letter, event }: InspectedLetter): string => {
  const facts: readonly (readonly [string, string])[] = [
    ['id', letter.id],
    ['status', letter.status],
    ['subscription', `${letter.subscription}, partition ${letter.partition}`],
    ['holds up', `${letter.lane}, ${letter.waiting} waiting`],
    ['attempts', String(letter.attempts)],
    ['since', `${time(letter.createdAt)} UTC`],
    ['changed', `${time(letter.updatedAt)} UTC`],
    ['event', `${letter.eventType} at position ${letter.position}`],
    ['stream', `${letter.streamName}, version ${event.metadata.streamPosition}`],
    ['actor', `${event.metadata.actor.type} ${event.metadata.actor.id}`],
    ['correlation', event.metadata.correlationId],
  ];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(13)} ${value}`),
    `\n${letter.error}`,
    `\n${JSON.stringify(event.data, null, 2)}`,
  ].join('\n');
};

const letterJson = (letter: DeadLetter) => ({
  id: letter.id,
  subscription: letter.subscription,
  partition: letter.partition,
  lane: letter.lane,
  position: Number(letter.position),
  event_type: letter.eventType,
  stream: letter.streamName,
  status: letter.status,
  attempts: letter.attempts,
  waiting: letter.waiting,
  error: letter.error,
  created_at: letter.createdAt.toISOString(),
  updated_at: letter.updatedAt.toISOString(),
});

export const lettersJson = (letters: readonly DeadLetter[]): string =>
  JSON.stringify(letters.map(letterJson));

export const letterDetailsJson = ({ letter, event }: InspectedLetter): string => {
  const { streamPosition, globalPosition, ...metadata } = event.metadata;
  return JSON.stringify({
    ...letterJson(letter),
    event: {
      type: event.type,
      data: event.data,
      metadata: {
        ...metadata,
        streamPosition: Number(streamPosition),
        globalPosition: Number(globalPosition),
      },
    },
  });
};
