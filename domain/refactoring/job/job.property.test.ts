import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { job } from './job.ts';
import type { JobState } from './state.ts';
import { commands, type Seen } from './testing/model/commands.ts';
import { ACCEPTED, NON_TERMINAL, type Status, TABLE } from './testing/model/table.ts';
import { choices, decide, types, walk } from './testing/model/walk.ts';

describe('random command sequences', () => {
  const visited = new Map<Status, JobState>([['NONE', job.initialState()]]);

  it('[JOB-01] never leave the table, and every other pair is rejected', () => {
    const happened = new Set<string>();
    fc.assert(
      fc.property(choices, (steps) => {
        const seen = walk(steps);
        for (const [status, state] of seen.visited) visited.set(status, state);
        for (const { type } of seen.log) happened.add(type);
        const numbers = seen.log.flatMap(({ type, data }) =>
          type === 'AttemptStarted' ? [data.attempt] : [],
        );
        expect(new Set(numbers).size, 'attempt numbers never repeat').toBe(numbers.length);
      }),
      { numRuns: 1_200, seed: 20_261_120 },
    );
    // A walk that never gets anywhere would prove nothing.
    expect([...visited.keys()].sort()).toEqual([...NON_TERMINAL, 'DELIVERED', 'FAILED', 'NONE'].sort());
    expect(Object.keys(TABLE).filter((type) => !happened.has(type))).toEqual([]);
  }, 30_000);

  it('[JOB-01] rejects every command in every status that the table does not give it', () => {
    const seen: Seen = {
      token: 't',
      specHash: 's',
      attempt: 0,
      executionId: 'never-asked',
      kind: 'TEST',
      fresh: 'f',
    };
    expect(visited.size).toBe(NON_TERMINAL.length + 3);
    for (const [status, state] of visited)
      for (const type of types.filter((name) => !ACCEPTED[name].includes(status)))
        for (const variant of commands[type])
          expect(decide(variant(seen), state), `${type} in ${status}`).toHaveProperty('code');
  });
});
