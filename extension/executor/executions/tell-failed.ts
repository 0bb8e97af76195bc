import type { TestResult } from '../../../domain/patching/test-report.ts';
import type { ExecutionContext } from './execution.ts';

const MOST_TOLD = 3;
/** What was asked, what came before and what comes now: the first difference of a test says these three. */
const MOST_LINES = 4;
const MOST_CHARACTERS = 240;

const shortened = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;

/**
 * The first tests that did not pass. Their names and what came instead quote code and values, so they are shown on this
 * machine alone.
 */
export const tellFailed = ({ tell }: Pick<ExecutionContext, 'tell'>, tests: readonly TestResult[]): void => {
  const failed = tests.filter(({ status }) => status === 'FAILED' || status === 'TIMEOUT');
  for (const { name, status, excerpt } of failed.slice(0, MOST_TOLD)) {
    const how = (excerpt ?? '').split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    const lines = [name, ...how.slice(0, MOST_LINES)].map(shortened);
    tell(status === 'TIMEOUT' ? 'Not in time:' : 'Failed:', lines.join('\n             '));
  }
  if (failed.length > MOST_TOLD) tell(`${failed.length - MOST_TOLD} more did not pass.`);
};
