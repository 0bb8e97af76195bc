import { beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../domain/kernel/message.ts';
import { ROSTER_STREAM } from '../../../domain/operations/roster.ts';
import { job, jobStream } from '../../../domain/refactoring/job/job.ts';
import { ask } from '../../../domain/refactoring/job/testing/ask.ts';
import { JOB } from '../../../domain/refactoring/job/testing/samples.ts';
import { streamAt, streamSteps } from './stream-steps.ts';
import { writtenLog } from './testing.ts';

const about = (adminId: string) => ({ adminId, by: 'root', at: '2026-11-21T10:00:00.000Z' });
const added = (adminId: string): Event => ({
  type: 'AdminAdded',
  data: { ...about(adminId), emailKey: `key of ${adminId}`, role: 'SUPPORT', scopes: [] },
});
const removed = (adminId: string): Event => ({
  type: 'AdminRemoved',
  data: { ...about(adminId), generation: 1 },
});
const line = (number: number): Event => ({ type: 'LogLineWritten', data: { line: `line ${number}` } });

const names = (state: unknown): unknown[] =>
  (state as { admin_id: string }[]).map(({ admin_id }) => admin_id);

describe('the steps of a stream', () => {
  let written: ReturnType<typeof writtenLog>;
  beforeEach(async () => {
    written = writtenLog();
    await written.write(ROSTER_STREAM, [added('ada'), added('bob')], {
      actor: { type: 'admin', id: 'root' },
    });
    await written.write('elsewhere', [line(0)]);
    await written.write(ROSTER_STREAM, [removed('ada'), added('cy')]);
  });
  const page = (after: number, limit: number) =>
    streamSteps(written.log, ROSTER_STREAM, { after: BigInt(after), limit });

  it('[OPS-06] are refused of a stream that does not exist', async () => {
    const none = { code: 'STREAM_NOT_FOUND' };
    await expect(streamSteps(written.log, 'job-nope', { after: 0n, limit: 5 })).rejects.toMatchObject(none);
    await expect(streamAt(written.log, 'job-nope', { position: 9n })).rejects.toMatchObject(none);
  });

  it('[OPS-06] come in pages of so many bytes, one at least, and none is lost between two', async () => {
    const versions: number[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const range = { after: BigInt(after), limit: 10, mostBytes: 1 };
      const { steps, next_after } = await streamSteps(written.log, ROSTER_STREAM, range);
      expect(steps).toHaveLength(1);
      versions.push(...steps.map(({ version }) => version));
      after = next_after;
    }
    expect(versions).toEqual([1, 2, 3, 4]);
  });

  it('[OPS-06] tell the state after every event, who caused it, and where it is in the log', async () => {
    const { steps, next_after } = await page(0, 10);
    expect(
      steps.map(({ version, position, type, state }) => [version, position, type, names(state)]),
    ).toEqual([
      [1, 1, 'AdminAdded', ['ada']],
      [2, 2, 'AdminAdded', ['ada', 'bob']],
      [3, 4, 'AdminRemoved', ['bob']],
      [4, 5, 'AdminAdded', ['bob', 'cy']],
    ]);
    expect(steps[0]).toMatchObject({
      stream: ROSTER_STREAM,
      actor: { type: 'admin', id: 'root' },
      data: { admin_id: 'ada', by: 'root', email_key: 'key of ada' },
    });
    expect(next_after).toBeNull();
  });

  it('[OPS-06] come in pages, each with the states of all that was before', async () => {
    const second = await page(2, 1);
    expect(second.steps.map(({ version, state }) => [version, names(state)])).toEqual([[3, ['bob']]]);
    expect(second.next_after).toBe(3);
    expect(await page(3, 1)).toMatchObject({ steps: [{ version: 4 }], next_after: null });
    expect(await page(4, 1)).toEqual({ steps: [], next_after: null });
  });

  it('[OPS-06] go back to any position and any instant', async () => {
    const at = async (position: bigint) => {
      const step = await streamAt(written.log, ROSTER_STREAM, { position });
      return step === null ? null : [step.version, names(step.state)];
    };
    expect(await at(0n)).toBeNull();
    expect(await at(3n)).toEqual([2, ['ada', 'bob']]);
    expect(await at(4n)).toEqual([3, ['bob']]);
    expect(await at(99n)).toEqual([4, ['bob', 'cy']]);
    const early = await streamAt(written.log, ROSTER_STREAM, { time: '2020-01-01T00:00:00Z' });
    expect(early).toBeNull();
    const { steps } = await page(0, 10);
    const time = steps.at(-1)?.recorded_at ?? '';
    expect(await streamAt(written.log, ROSTER_STREAM, { time })).toEqual(steps.at(-1));
  });

  it('[OPS-06] fold a job as the job itself does', async () => {
    const events = job.decide(ask.request(), job.initialState());
    await written.write(jobStream(JOB), events);
    const { steps } = await streamSteps(written.log, jobStream(JOB), { after: 0n, limit: 10 });
    expect(steps.map(({ state }) => (state as { status: string }).status)).toEqual(['PENDING']);
  });

  it('[OPS-06] have no state where events have none together, however many there are', async () => {
    await written.write(
      'job-log-1',
      Array.from({ length: 1_100 }, (_, number) => line(number)),
    );
    const { steps, next_after } = await streamSteps(written.log, 'job-log-1', { after: 995n, limit: 50 });
    expect([steps.length, steps[0]?.version, steps.at(-1)?.version, next_after]).toEqual([
      50, 996, 1_045, 1_045,
    ]);
    expect(steps.every(({ state }) => state === null)).toBe(true);
    expect((await streamSteps(written.log, 'job-log-1', { after: 1_095n, limit: 50 })).next_after).toBeNull();
  });
});
