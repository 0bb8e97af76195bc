import { describe, expect, it } from 'vitest';
import type { EncodedAppend } from '../encoding.ts';
import { PendingEvents } from './pending-events.ts';

const appendOf = (ids: readonly string[], data = '{}'): EncodedAppend => ({
  streams: [
    {
      streamName: 's-1',
      expected: 0n,
      events: ids.map((id) => ({ id, type: 'Noted', schemaVersion: 1, data })),
    },
  ],
  metadata: '{"commandId":"c"}',
  key: null,
});

describe('pending events', () => {
  it('[ES-05] an event that was never appended here is not known', () => {
    expect(new PendingEvents().take('a')).toBeUndefined();
  });

  it('[ES-05] gives the content of an event once', () => {
    const pending = new PendingEvents();
    pending.add(appendOf(['a', 'b']));
    expect(pending.take('b')).toEqual({
      stream: 's-1',
      type: 'Noted',
      schemaVersion: 1,
      data: '{}',
      metadata: '{"commandId":"c"}',
    });
    expect(pending.take('b')).toBeUndefined();
    expect(pending.size).toBe(1);
  });

  it('[ES-05] forgets an append that failed, and all of them', () => {
    const pending = new PendingEvents();
    pending.add(appendOf(['a', 'b']));
    pending.add(appendOf(['c']));
    pending.remove(appendOf(['a', 'b']));
    expect([pending.take('a'), pending.size]).toEqual([undefined, 1]);
    pending.clear();
    expect(pending.size).toBe(0);
  });

  it('[ES-05] is bounded by count and by size, and has room again when events are taken', () => {
    const many = new PendingEvents();
    for (let index = 0; index < 20_000; index++) many.add(appendOf([`e${index}`]));
    expect(many.size).toBeLessThan(20_000);
    const large = new PendingEvents();
    const data = JSON.stringify('x'.repeat(1_000_000));
    for (let index = 0; index < 100; index++) large.add(appendOf([`e${index}`], data));
    const before = large.size;
    expect(before).toBeLessThan(40);
    large.take('e0');
    large.add(appendOf(['later'], data));
    expect([large.size, large.take('later')?.stream]).toEqual([before, 's-1']);
  });
});
