import type { Baseline } from '../test-run/record-baseline.ts';
import { plural } from '../words.ts';
import type { AssertedBaseline } from './asserted/baseline.ts';
import { caseReason } from './case-labels.ts';
import type { ExecutionContext } from './execution.ts';

const percent = ({ covered, total }: Readonly<{ covered: number; total: number }>): number =>
  total === 0 ? 100 : Math.round((100 * covered) / total);

type Tell = ExecutionContext['tell'];

const SHOWN = 3;
const SHOWN_LENGTH = 90;

const shortList = (names: readonly string[]): string =>
  names
    .slice(0, SHOWN)
    .map((name) => (name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name))
    .join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');

/** What is told of the project's own tests; of those that were set aside, the names stay here. */
export const tellAsserted = (
  tell: Tell,
  { kept, quarantined, runs, coverage, files, whole }: AssertedBaseline,
): void => {
  tell(
    `${plural(kept, "of the project's own tests passes", "of the project's own tests pass")} ${runs} of ${runs} times on the untouched code; ${files === 1 ? 'the file they stand in is' : `the ${files} files they stand in are`} locked.`,
  );
  if (whole.length > 0)
    tell(
      `${whole.join(' and ')} ${whole.length === 1 ? 'does not tell its tests one by one: it' : 'do not tell their tests one by one: each'} counts as one, which passes when all of them do, and one that fails now and then sets all of them aside.`,
    );
  if (quarantined.length > 0)
    tell(
      `${plural(quarantined.length, 'own test is', 'own tests are')} set aside, because ${quarantined.length === 1 ? 'it does' : 'they do'} not pass each time.`,
      `They are: ${shortList(quarantined.map(({ name, why }) => `${name} (${why})`))}.`,
    );
  const never = [coverage.branches, coverage.functions].reduce(
    (sum, { covered, total }) => sum + total - covered,
    0,
  );
  if (never > 0)
    tell(
      `They hold what they state, and nothing else: ${plural(never, 'branch or function was', 'branches and functions were')} never reached.`,
    );
};

/** So that quick runs, which are most, say nothing. */
const SLOW_MS = 5_000;

/** Tells how far the recording is, where it takes long enough for a person to ask; `now` in milliseconds. */
export const tellingRuns = (tell: Tell, now: () => number): ((ended: number, of: number) => void) => {
  let last = now();
  return (ended, of) => {
    if (now() - last < SLOW_MS || ended === of) return;
    last = now();
    tell(`${ended} of ${of} runs on the untouched code have ended.`);
  };
};

/** Each reason with how many it holds for, the commonest first. */
const reasonsOf = (quarantined: Baseline['quarantined']): string => {
  const counts = new Map<string, number>();
  for (const why of quarantined.map((one) => caseReason(one.why)))
    counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([why, count]) => (counts.size === 1 ? why : `${why} (${count})`))
    .join('; ');
};

/** What is told of recorded behaviour; calls that were set aside are code, and are shown here only. */
export const tellRecorded = (tell: Tell, { recorded, kept, quarantined, gaps, runs }: Baseline): void => {
  tell(
    `Recorded ${plural(recorded, 'behaviour')} of the untouched code; ${kept} gave the same result in ${runs} of ${runs} runs.`,
  );
  if (quarantined.length > 0)
    tell(
      `${plural(quarantined.length, 'call is', 'calls are')} set aside: ${reasonsOf(quarantined)}.`,
      `They are: ${shortList(quarantined.map(({ name }) => name))}.`,
    );
  if (gaps.length > 0)
    tell(
      `${plural(gaps.length, 'export is', 'exports are')} not proven, because no recorded call shows what ${gaps.length === 1 ? 'it gives' : 'they give'}.`,
      `They are: ${shortList(gaps.map(({ name, why }) => `${name} (${why})`))}.`,
    );
};

/** How much of the code the tests reach. */
export const tellCoverage = (tell: Tell, { coverage }: Baseline): void =>
  tell(
    `The tests reach ${percent(coverage.branches)}% of the branches and ${percent(coverage.lines)}% of the lines.`,
  );
