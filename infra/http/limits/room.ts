import { Rejection } from '../../../domain/kernel/rejection.ts';

const MIB = 1024 * 1024;

/**
 * Bytes of large bodies and answers that one process keeps at once. A context has up to 64 MiB, gzipped perhaps 64 KiB: seventy of
 * them that never ended took 4.6 GB. `ofAll` leaves the API within the 1 GiB that it is deployed with.
 */
export const ROOM: Readonly<{ ofUser: number; ofAll: number }> = { ofUser: 128 * MIB, ofAll: 256 * MIB };

const RETRY_SECONDS = 5;

/** A response, or what ends like one. */
export type Exchange = Readonly<{
  closed: boolean;
  once: (event: 'close', listener: () => void) => unknown;
}>;

/** Room in the memory of this process. What is held is given back when its exchange ends, however it ends. */
export class Room {
  readonly #limits: typeof ROOM;
  readonly #byUser = new Map<string, number>();
  #ofAll = 0;

  constructor(limits: typeof ROOM = ROOM) {
    this.#limits = limits;
  }

  /**
   * Gives the function that takes bytes for an exchange of this user. It throws `Rejection` RATE_LIMITED where the user holds too
   * much already, and NOT_READY where all together do; both pass.
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
    if ((this.#byUser.get(userId) ?? 0) + bytes > this.#limits.ofUser)
      throw new Rejection('RATE_LIMITED', 'You send or read too much at once. Wait a little.', data);
    if (this.#ofAll + bytes > this.#limits.ofAll)
      throw new Rejection('NOT_READY', 'Others send or read too much at once. Wait a little.', data);
  }

  #add(userId: string, bytes: number): void {
    this.#ofAll += bytes;
    const ofUser = (this.#byUser.get(userId) ?? 0) + bytes;
    if (ofUser === 0) this.#byUser.delete(userId);
    else this.#byUser.set(userId, ofUser);
  }
}
