import type { BaselineReport } from './baseline-report.ts';
import type { ExecutionContext } from './execution.ts';
import { testFileLimit } from './limits.ts';
import { type FoundTests, findOwnTests, runOwnTests, SCRIPT } from './own-tests.ts';
import { inShadow } from './shadow-base.ts';

/** The first package that Node did not find, in what it said; null: none is named. */
const missingPackage = (said: string): string | null =>
  /Cannot find (?:module|package) '((?:@[\w.-]+\/)?[\w-][\w.-]*)/u.exec(said)?.[1] ?? null;

/** Why own tests that failed on the untouched code prove nothing, from what they said. */
export const failedFor = (said: string): string => {
  const missing = missingPackage(said);
  if (missing === null) return 'do not pass here on the untouched code, so they prove nothing';
  return `need ${missing}, which is not installed, so they prove nothing; npm install before a job makes them count`;
};

/** What the test script needs and what becomes of it. */
export const notRun = ({ needs, tests }: FoundTests): string =>
  `The package's own tests (${SCRIPT}) need ${needs}, ${
    tests === null ? 'so they are not run.' : `so ${tests.name} is run in their place.`
  }`;

/** The package's own tests and whether they pass on the untouched code; null where there are none that run here. */
export const ownTestsOnBase = (context: ExecutionContext): Promise<BaselineReport['own_tests']> =>
  // A shadow of their own: these tests may write wherever they like.
  inShadow(context, async (shadow) => {
    const found = await findOwnTests(shadow);
    if (found.needs !== null) context.tell(notRun(found));
    const { tests } = found;
    if (tests === null) return null;
    const { passed, excerpt } = await runOwnTests(shadow, tests, testFileLimit(0) * 2, context.signal);
    context.tell(
      passed
        ? `The package's own tests (${tests.name}) pass on the untouched code; they must pass afterwards too.`
        : `The package's own tests (${tests.name}) ${failedFor(excerpt)}.`,
    );
    return { name: tests.name, passed };
  });
