import { expect, it } from 'vitest';
import type { Event } from '../../../domain/kernel/message.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { ask } from '../../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../../domain/refactoring/job/testing/journey.ts';
import { conditional, JOB } from '../../../domain/refactoring/job/testing/samples.ts';
import { jobStory } from '../../operations/audit/job-story.ts';
import { writtenLog } from '../../operations/audit/testing.ts';
import { storyTable } from './story-table.ts';

const toldOf = async (events: readonly Event[]): Promise<string> => {
  const { log, write } = writtenLog();
  await write(jobStream(JOB), events);
  return storyTable(await jobStory(log, JOB, { withLines: false }));
};

it('[OPS-06] [SPC-01] names the condition that the person accepted, and says nothing where there was none', async () => {
  const journey = at.analysing();
  journey.does(ask.proposals([conditional('STANDARD')]));
  journey.does(ask.select('STANDARD', ['STRICT_MODE']));
  expect(await toldOf(journey.events)).toMatch(/^accepted {8}STRICT_MODE$/mu);
  expect(await toldOf(at.waitingApproval().events)).not.toContain('accepted');
});
