import { describe, expect, it } from 'vitest';
import { KnownVersions } from './known-versions.ts';

const clock = () => {
  let now = 0;
  return { read: () => now, pass: (milliseconds: number) => (now += milliseconds) };
};

describe('versions that are known', () => {
  it('[ES-03] are the newest learned, and version 0 of a stream never heard of', () => {
    const known = new KnownVersions(() => 0);
    expect(known.has('job-1', 0n)).toBe(true);
    expect(known.has('job-1', 1n)).toBe(false);
    expect(known.newest('job-1')).toBeNull();
    known.learn('job-1', 3n);
    expect(known.newest('job-1')).toBe(3n);
    expect(known.has('job-1', 3n)).toBe(true);
    for (const other of [0n, 2n, 4n]) expect(known.has('job-1', other)).toBe(false);
    expect(known.has('job-2', 3n)).toBe(false);
    known.learn('job-1', 2n);
    expect(known.has('job-1', 3n)).toBe(true);
  });

  it('[ES-03] are forgotten after two seconds: a server may have taken the place of another', () => {
    const time = clock();
    const known = new KnownVersions(time.read);
    known.learn('job-1', 3n);
    time.pass(999);
    expect(known.has('job-1', 3n)).toBe(true);
    known.learn('job-2', 1n);
    time.pass(1_001);
    for (const [stream, version] of [['job-1', 3n] as const, ['job-2', 1n] as const])
      expect(known.has(stream, version)).toBe(false);
  });

  it('[ES-03] are kept while they are used, and a later one outdoes an earlier one', () => {
    const time = clock();
    const known = new KnownVersions(time.read);
    for (let version = 1n; version <= 20n; version++) {
      known.learn('job-1', version);
      time.pass(700);
      expect(known.has('job-1', version)).toBe(true);
      expect(known.has('job-1', version - 1n)).toBe(false);
    }
  });

  it('[ES-03] are not believed of a stream that others write to, until a while has passed', () => {
    const time = clock();
    const known = new KnownVersions(time.read);
    known.distrust('job-1');
    known.learn('job-1', 4n);
    expect(known.newest('job-1')).toBeNull();
    for (const version of [0n, 4n]) expect(known.has('job-1', version)).toBe(false);
    time.pass(2_500);
    known.learn('job-1', 5n);
    expect(known.has('job-1', 5n)).toBe(true);
  });

  it('[ES-03] take bounded memory: the oldest of many go first', () => {
    const known = new KnownVersions(() => 0);
    const streams = Array.from({ length: 20_000 }, (_, index) => `job-${index}`);
    for (const stream of streams) known.learn(stream, 1n);
    const kept = streams.filter((stream) => known.has(stream, 1n));
    expect(kept.length).toBeLessThanOrEqual(16_384);
    expect(kept.at(-1)).toBe('job-19999');
    expect(known.has('job-0', 1n)).toBe(false);
  });
});
