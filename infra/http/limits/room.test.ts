import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Room } from './room.ts';

const exchange = () => Object.assign(new EventEmitter(), { closed: false });
const LIMITED = expect.objectContaining({ code: 'RATE_LIMITED' });
const FULL = expect.objectContaining({ code: 'NOT_READY' });

describe('room in memory', () => {
  it('[SEC-15] is refused to a user who holds too much, and to all where they do together', () => {
    const room = new Room({ ofUser: 10, ofAll: 20 });
    room.of('one', exchange())(10);
    expect(() => room.of('one', exchange())(1)).toThrow(LIMITED);
    const other = room.of('other', exchange());
    expect(() => other(6)).toThrow(FULL);
    other(5);
    expect(() => other(1)).toThrow(FULL);
  });

  it('[SEC-15] is never all taken by some, however many they are: who comes new and wants little has it', () => {
    const room = new Room({ ofUser: 128, ofAll: 256 });
    for (let account = 0; account < 7; account += 1) {
      const take = room.of(`account ${account}`, exchange());
      for (let refused = false; !refused; )
        try {
          take(1);
        } catch {
          refused = true;
        }
    }
    room.of('new', exchange())(1);
  });

  it('[SEC-15] is never given beyond its limits, and is whole again when every exchange ended', () => {
    const taken = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(8), fc.boolean());
    fc.assert(
      fc.property(fc.array(taken, { maxLength: 40 }), (steps) => {
        const room = new Room({ ofUser: 10, ofAll: 20 });
        const held: { user: string; bytes: number; at: EventEmitter }[] = [];
        const sum = (user?: string): number =>
          held
            .filter((each) => user === undefined || each.user === user)
            .reduce((n, { bytes }) => n + bytes, 0);
        for (const [user, bytes, ends] of steps) {
          const at = exchange();
          const fits = sum(user) + bytes <= Math.min(10, 20 - sum() - bytes);
          if (fits) {
            room.of(user, at)(bytes);
            held.push({ user, bytes, at });
          } else expect(() => room.of(user, at)(bytes)).toThrow();
          if (ends) held.shift()?.at.emit('close');
        }
        for (const { at } of held) at.emit('close');
        room.of('a', exchange())(10);
        room.of('b', exchange())(5);
      }),
    );
  });

  it('[SEC-15] is not held by what comes after the end of its exchange', () => {
    const room = new Room({ ofUser: 10, ofAll: 20 });
    const left = exchange();
    const take = room.of('one', left);
    left.emit('close');
    take(10);
    room.of('one', { ...exchange(), closed: true, once: () => undefined })(10);
    room.of('one', exchange())(10);
  });
});
