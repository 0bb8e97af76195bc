import { Rejection } from '../../../domain/kernel/rejection.ts';

const MIB = 1024 * 1024;

type Limits = Readonly<{ ofUser: number; ofAll: number }>;

/**
 * Bytes of large bodies and answers that one process keeps at once. A context has up to 64 MiB, gzipped perhaps 64 KiB: seventy of
 * them that never ended took 4.6 GB. `ofAll` leaves the API within the 1 GiB that it is deployed with.
 */
export const ROOM: Limits = { ofUser: 128 * MIB, ofAll: 256 * MIB };

/** Of webhooks, by address: whose they are is known only when they are there, and nothing else may keep them out. */
export const WEBHOOK_ROOM: Limits = { ofUser: 8 * MIB, ofAll: 32 * MIB };

/** Of bodies of whoever has not signed in, by address. */
export const STRANGERS_ROOM: Limits = { ofUser: 4 * MIB, ofAll: 32 * MIB };

const RETRY_SECONDS = 5;

/** A response, or what ends like one. */
export type Exchange = Readonly<{
  closed: boolean;
  once: (event: 'close', listener: () => void) => unknown;
}>;

/**
 * Room in the memory of this process. What is held is given back when its exchange ends, however it ends. Nobody holds more than what is
 * left after that, so that however many hold as much as they may, somebody who comes new and wants little has room ("dynamic thresholds",
 * Choudhury and Hahne 1998): two who held half of it each kept all others out.
 */
export class Room {
  readonly #limits: Limits;
  readonly #byUser = new Map<string, number>();
  #ofAll = 0;

  constructor(limits: Limits = ROOM) {
    this.#limits = limits;
  }

  /**
   * Gives the function that takes bytes for an exchange of this user. It throws `Rejection` RATE_LIMITED where the user holds too
   * much already, and NOT_READY where all together do, or would leave others less than this one holds; both pass. `userId`: an
   * address where nobody has signed in.
   */
  of(userId: string, exchange: Exchange): (bytes: number) => void {
    let held = 0;
    let isOver = exchange.closed;
    exchange.once('close', () => {
      isOver = true;
      this.#add(userId, -held);
      held = 0;
    });
    return (bytes) => {
      // What is still inflated after the client has left is dropped with its stream.
      if (isOver) return;
      this.#expectRoom(userId, bytes);
      held += bytes;
      this.#add(userId, bytes);
    };
  }

  #expectRoom(userId: string, bytes: number): void {
    const data = { retry_after_seconds: RETRY_SECONDS };
    const ofUser = (this.#byUser.get(userId) ?? 0) + bytes;
    if (ofUser > this.#limits.ofUser)
      throw new Rejection('RATE_LIMITED', 'You send or read too much at once. Wait a little.', data);
    if (ofUser > this.#limits.ofAll - this.#ofAll - bytes)
      throw new Rejection('NOT_READY', 'Others send or read too much at once. Wait a little.', data);
  }

  #add(userId: string, bytes: number): void {
    this.#ofAll += bytes;
    const ofUser = (this.#byUser.get(userId) ?? 0) + bytes;
    if (ofUser === 0) this.#byUser.delete(userId);
    else this.#byUser.set(userId, ofUser);
  }
}
