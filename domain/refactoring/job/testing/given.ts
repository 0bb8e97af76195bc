import { isRejection } from '../../../kernel/rejection.ts';
import { specificationFor } from '../../../kernel/specification.ts';
import type { JobCommand } from '../commands.ts';
import type { AttemptStarted, JobEvent } from '../events.ts';
import { job } from '../job.ts';
import type { Journey } from './journey.ts';
import { base } from './samples.ts';

/** How tests of the job ask and look. */

/** given/when/then on the events of a journey; `equal` throws where its values differ. */
export const givenWith = (equal: (actual: unknown, expected: unknown) => void) => (journey: Journey) =>
  specificationFor(job, equal)(...journey.events);

/** Data of a command that the person gives. */
export const why = { ...base, by: 'ada' };

export const types = (events: readonly JobEvent[]): readonly string[] => events.map(({ type }) => type);

/** The code of the rejection with its data; null: the command was taken. */
export const rejection = (journey: Journey, command: JobCommand): unknown => {
  try {
    journey.does(command);
    return null;
  } catch (error) {
    if (isRejection(error)) return { code: error.code, ...error.data };
    throw error;
  }
};

export const attempts = (
  journey: Journey,
): readonly Pick<AttemptStarted['data'], 'attempt' | 'modelClass'>[] =>
  journey.events
    .filter((event) => event.type === 'AttemptStarted')
    .map(({ data: { attempt, modelClass } }) => ({ attempt, modelClass }));
