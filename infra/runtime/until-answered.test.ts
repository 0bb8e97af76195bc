import { describe, expect, it } from 'vitest';
import { untilAnswered } from './until-answered.ts';

const failing = (...failures: readonly Error[]) => {
  const left = [...failures];
  return async (): Promise<string> => {
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return 'answered';
  };
};
const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('a process that starts before its database', () => {
  const heard: unknown[] = [];
  const waiting = { patienceMs: 5_000, onFailure: (error: unknown) => void heard.push(error) };

  it('[OPS-12] waits while connections are refused, and says so', async () => {
    const failures = [withCode('ECONNREFUSED'), withCode('57P03')];
    expect(await untilAnswered(failing(...failures), waiting)).toBe('answered');
    expect(heard.splice(0)).toEqual(failures);
  });

  it('[OPS-12] does not wait for what waiting cannot mend', async () => {
    await expect(untilAnswered(failing(withCode('28P01')), waiting)).rejects.toThrow('28P01');
    await expect(untilAnswered(failing(withCode('42P01')), waiting)).rejects.toThrow('42P01');
    expect(heard).toEqual([]);
  });

  it('[OPS-12] gives up with the last failure when its patience ends', async () => {
    const refused = Array.from({ length: 50 }, (_, n) => Object.assign(withCode('ECONNREFUSED'), { n }));
    await expect(untilAnswered(failing(...refused), { ...waiting, patienceMs: 350 })).rejects.toThrow(
      'ECONNREFUSED',
    );
    expect(heard.splice(0).length).toBeGreaterThan(0);
  });
});
