import { describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import { timeQuestion } from './trouble-gates.ts';

const of = { path: { job_id: 'job-1' } };

/** What is sent for each key of the question. */
const sent = async (question: NonNullable<ReturnType<typeof timeQuestion>>): Promise<unknown> => {
  const calls: unknown[] = [];
  const client = { call: async (...args: unknown[]) => calls.push(args) } as unknown as Client;
  for (const way of Object.values(question.ways)) await way.take(client, of);
  return Object.fromEntries(Object.keys(question.ways).map((key, index) => [key, calls[index]]));
};
const choosing = (choice: string) => ['DecideTimeout', { ...of, body: { choice } }];

describe('the question after tests that ran out of time', () => {
  it('[TST-04] [EXE-07] is asked only then', () => {
    expect(timeQuestion({ status: 'WAITING_INTERVENTION', timed_out: null })).toBeNull();
  });

  it('[TST-04] [EXE-07] offers more time, and going on; with --yes the repair goes on', async () => {
    const question = timeQuestion({
      status: 'WAITING_INTERVENTION',
      timed_out: { timeout_seconds: 1_800, tests: [] },
    });
    if (question === null) throw new Error('a question expected');
    expect(question.safe).toBe('c');
    expect(await sent(question)).toEqual({
      i: choosing('increase_timeout'),
      c: choosing('continue'),
      e: ['CancelJob', of],
    });
  });

  it('[TST-04] [EXE-07] offers to set tests aside where they have names, and says which', async () => {
    const question = timeQuestion({
      status: 'WAITING_INTERVENTION',
      timed_out: { timeout_seconds: 1_800, tests: ["the package's own tests (npm test)"] },
    });
    expect(question?.ways['q']?.meaning).toContain('npm test');
    expect(question === null ? null : await sent(question)).toMatchObject({ q: choosing('quarantine') });
  });

  it('[TST-04] [EXE-07] ends the job with --yes where nothing could be recorded in time', async () => {
    const question = timeQuestion({
      status: 'BASELINE_VALIDATION_FAILED',
      timed_out: { timeout_seconds: 900, tests: [] },
    });
    expect(question?.safe).toBe('e');
    expect(Object.keys(question?.ways ?? {})).toEqual(['i', 'c', 'e']);
  });
});
