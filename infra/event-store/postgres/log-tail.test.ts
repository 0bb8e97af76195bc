import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../recorded.ts';
import { LogTail } from './log-tail.ts';

const entry = (position: number, characters = 10): LogEntry => ({
  position: BigInt(position),
  stored: {
    id: '00000000-0000-4000-8000-000000000001',
    stream: 'job-1',
    version: BigInt(position),
    type: 'Noted',
    schemaVersion: 1,
    recordedAt: '2026-11-21T00:00:00.000000Z',
    data: 'x'.repeat(characters),
    metadata: '',
  },
});

const kept = (tail: LogTail, to: number): number[] => {
  for (let after = 0; after < to; after++) {
    const found = tail.read({ after: BigInt(after), to: BigInt(to), limit: 100_000 });
    if (found !== null) return found.map(({ position }) => Number(position));
  }
  return [];
};

describe('what a process keeps of the end of the log', () => {
  it('[ES-14] many large events do not pile up: the oldest go, the newest stay', () => {
    const tail = new LogTail();
    for (let position = 1; position <= 400; position++) tail.push([entry(position, 262_144)]);
    const positions = kept(tail, 400);
    expect(positions.length).toBeLessThanOrEqual(128);
    expect(positions.length).toBeGreaterThanOrEqual(64);
    expect(positions.at(-1)).toBe(400);
    expect(positions).toEqual(positions.map((_, index) => (positions[0] ?? 0) + index));
  });

  it('[ES-14] one event larger than everything allowed is not kept, and the head still moves', () => {
    const tail = new LogTail();
    tail.push([entry(1, 40 * 1_048_576)]);
    expect(kept(tail, 1)).toEqual([]);
    expect(tail.head).toBe(1n);
  });

  it('[ES-14] a gap drops what was before it', () => {
    const tail = new LogTail();
    tail.push([entry(1), entry(2)]);
    tail.push([entry(5), entry(6)]);
    expect(kept(tail, 6)).toEqual([5, 6]);
    expect(tail.read({ after: 1n, to: 6n, limit: 10 })).toBeNull();
  });

  it('[ES-14] by number too it is bounded', () => {
    const tail = new LogTail();
    for (let start = 1; start <= 40_000; start += 1_000)
      tail.push(Array.from({ length: 1_000 }, (_, index) => entry(start + index)));
    const positions = kept(tail, 40_000);
    expect(positions.length).toBeLessThanOrEqual(16_384);
    expect(positions.at(-1)).toBe(40_000);
  });
});
