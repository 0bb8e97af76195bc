import type { Command, Event } from '../../../domain/kernel/message.ts';
import type { Effect, ProcessManager } from '../../../domain/kernel/process-manager.ts';
import type { Reactor } from '../../../domain/kernel/reactor.ts';

export type Pinged = Event<'Pinged', { pingId: string }>;
export type Ponged = Event<'Ponged', { pingId: string; worker: string }>;
export type Pong = Command<'Pong', { pingId: string; worker: string }>;
export type Ping = Effect<'ping', { pingId: string }>;

/** One effect per ping, answered by one pong: what is counted when workers are killed. */
export const pinger: ProcessManager<{ asked: number }, Pinged, Pong, Ping> = {
  name: 'pinger',
  revision: 1,
  handles: ['Pinged'],
  correlate: (event) => event.data.pingId,
  initialState: () => ({ asked: 0 }),
  evolve: ({ asked }) => ({ asked: asked + 1 }),
  react: ({ data: { pingId } }) => [
    { kind: 'effect', key: 'ping', effect: { type: 'ping', data: { pingId } } },
  ],
};

export const pingReactor = (worker: string, milliseconds: number): Reactor<Ping, Pong> => ({
  type: 'ping',
  maxAttempts: 100,
  backoffMs: () => 200,
  run: async ({ data: { pingId } }, { signal }) => {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
    return [{ type: 'Pong', data: { pingId, worker } }];
  },
  giveUp: ({ data: { pingId } }) => [{ type: 'Pong', data: { pingId, worker: 'gave up' } }],
});
