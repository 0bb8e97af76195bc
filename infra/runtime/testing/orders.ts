import { createHash } from 'node:crypto';
import type { Command, Event } from '../../../domain/kernel/message.ts';
import { dueAfter, type Effect, type ProcessManager } from '../../../domain/kernel/process-manager.ts';
import type { CommandBus, Reactor } from '../../../domain/kernel/reactor.ts';
import type { World } from './world.ts';

type Ordered = Event<'Ordered', { orderId: string; plan: string }>;
type Answered = Event<'Answered', { orderId: string; with: string }>;
type Withdrawn = Event<'Withdrawn', { orderId: string }>;
type OrderEvent = Ordered | Answered | Withdrawn;
export type Answer = Command<'Answer', { orderId: string; with: string }>;
export type Ask = Effect<'ask', { orderId: string; plan: string }>;
type State = Readonly<{ answers: readonly string[] }>;

export const ordered = (orderId: string, plan: string): Ordered => ({
  type: 'Ordered',
  data: { orderId, plan },
});
export const answer = (orderId: string, text: string): Answer => ({
  type: 'Answer',
  data: { orderId, with: text },
});

/** Milliseconds until the timer of these plans is due. */
const TIMERS: Readonly<Record<string, number>> = { timer: 1_500, hour: 3_600_000 };

const LIMITS: Readonly<Record<string, number>> = { short: 700, long: 600_000 };

/** `plan` says which outputs an order asks for. */
export const orders: ProcessManager<State, OrderEvent, Answer, Ask> = {
  name: 'orders',
  revision: 1,
  handles: ['Ordered', 'Answered', 'Withdrawn'],
  correlate: (event) => event.data.orderId,
  initialState: () => ({ answers: [] }),
  evolve: (state, event) =>
    event.type === 'Answered' ? { answers: [...state.answers, event.data.with] } : state,
  react: (event, state) => {
    const { orderId } = event.data;
    if (event.type === 'Withdrawn')
      return [
        { kind: 'cancelTimer', key: 'deadline' },
        { kind: 'cancelEffect', key: 'later' },
      ];
    if (event.type === 'Answered')
      return state.answers.length === 3 ? [{ kind: 'command', command: answer(orderId, 'done') }] : [];
    const { plan } = event.data;
    if (plan === 'commands')
      return ['a', 'b', 'c'].map((text) => ({ kind: 'command', command: answer(orderId, text) }));
    const dueMs = TIMERS[plan];
    if (dueMs !== undefined) {
      const due = dueAfter(event, dueMs);
      return [{ kind: 'timer', key: 'deadline', due, command: answer(orderId, 'late') }];
    }
    const effect: Ask = { type: 'ask', data: { orderId, plan } };
    if (plan === 'later') return [{ kind: 'effect', key: 'later', due: dueAfter(event, 1_500), effect }];
    const ms = LIMITS[plan];
    if (ms === undefined) return [{ kind: 'effect', key: 'ask', effect }];
    const limit = { key: 'deadline', ms, command: answer(orderId, 'late') };
    return [{ kind: 'effect', key: 'ask', effect, limit }];
  },
};

/** A decider of one line behind the real store: every command becomes an event under its idempotency key. */
export const busOf = (world: World, fails: (command: Command) => Error | null = () => null): CommandBus => ({
  dispatch: async (command, { context, idempotencyKey }) => {
    const error = fails(command);
    if (error !== null) throw error;
    const { orderId, with: text } = command.data as Answer['data'];
    const bodyHash = createHash('sha256').update(JSON.stringify(command)).digest('hex');
    await world.log.append(
      [
        {
          streamName: `order-${orderId}`,
          events: [{ type: 'Answered', data: { orderId, with: text } }],
          expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        },
      ],
      { context, idempotency: { key: idempotencyKey, bodyHash } },
    );
  },
});

export const place = (world: World, orderId: string, plan: string): Promise<void> =>
  world.append(`order-${orderId}`, ordered(orderId, plan));

/** What was answered to an order, in order. */
export const answersTo = async (world: World, orderId: string): Promise<readonly string[]> => {
  const { events } = await world.log.read<OrderEvent>(`order-${orderId}`);
  return events.flatMap((event) => (event.type === 'Answered' ? [event.data.with] : []));
};

export const isQueueEmpty = async (world: World): Promise<boolean> =>
  (await world.pool.query('select from graphile_worker.jobs')).rowCount === 0;

/** The one effect of an order, tried three times. */
export const asking = (
  run: Reactor<Ask, Answer>['run'],
  more: Partial<Reactor<Ask, Answer>> = {},
): Reactor<Ask, Answer> => ({
  type: 'ask',
  maxAttempts: 3,
  backoffMs: () => 50,
  run,
  giveUp: (effect, failure) => [
    answer(effect.data.orderId, `gave up: ${failure.message} x${failure.attempts}`),
  ],
  ...more,
});
