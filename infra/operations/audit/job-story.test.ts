import { describe, expect, it } from 'vitest';
import { jobLogStream } from '../../../domain/refactoring/client/job-log.ts';
import { job, jobStream } from '../../../domain/refactoring/job/job.ts';
import { ask } from '../../../domain/refactoring/job/testing/ask.ts';
import { JOB } from '../../../domain/refactoring/job/testing/samples.ts';
import { jobStory } from './job-story.ts';
import { writtenLog } from './testing.ts';

const LINES = 2_500;

const printed = async () => {
  const written = writtenLog();
  await written.write(jobStream(JOB), job.decide(ask.request(), job.initialState()));
  for (let from = 0; from < LINES; from += 500)
    await written.write(
      jobLogStream(JOB),
      Array.from({ length: 500 }, (_, index) => ({
        type: 'LogLineWritten',
        data: { jobId: JOB, line: `line ${from + index}` },
      })),
    );
  return written.log;
};

describe('the story of a job', () => {
  it('[OPS-06] has as many lines as fit, from the first on, and tells how many it leaves out', async () => {
    const log = await printed();
    const whole = await jobStory(log, JOB, { withLines: true });
    expect([whole.entries.length, whole.lines_left_out]).toEqual([1 + LINES, 0]);
    const cut = await jobStory(log, JOB, { withLines: true, mostBytes: 500_000 });
    expect(cut.entries.length).toBeLessThan(whole.entries.length);
    expect(cut.entries).toEqual(whole.entries.slice(0, cut.entries.length));
    expect(Buffer.byteLength(JSON.stringify(cut.entries.slice(1)))).toBeLessThan(500_000 + LINES);
    expect(cut.lines_left_out).toBe(1 + LINES - cut.entries.length);
    const without = await jobStory(log, JOB, { withLines: false, mostBytes: 1 });
    expect([without.entries.length, without.lines_left_out]).toEqual([1, 0]);
  });
});
