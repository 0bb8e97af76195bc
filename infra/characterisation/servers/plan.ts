/** The HTTP servers of a package with the requests to record of each (TST-01, black box). */
import type { Finding, ProjectSources } from '../../recipes/recipe.ts';
import type { CaseGroup } from '../cases.ts';
import type { ExportReader } from '../exports.ts';
import { unique } from '../order.ts';
import type { PackageLayout } from '../package-layout.ts';
import type { Program } from '../program.ts';
import { filesOfProgram, findPrograms } from '../programs/find.ts';
import type { GivenFile } from '../programs/runs.ts';
import { wordsOf } from '../programs/words.ts';
import { SERVED_FILES, SERVED_PATHS } from './documented.ts';
import { type FoundServer, findServers } from './find.ts';
import { hintsOf, shownRequests } from './hints.ts';
import { madeWith } from './made-with.ts';
import { speaksOfUse } from './mounted.ts';
import { serversNotAsked } from './not-asked.ts';
import { planRequests, type ServerRun } from './requests.ts';
import { NOTHING_TYPED, typedAfter } from './typed.ts';

export type PlannedServer = FoundServer &
  Readonly<{ name: string; files: readonly GivenFile[]; runs: readonly ServerRun[] }>;

const MAX_PAGES = 3;
/** Each is started some hundred times. */
const MAX_SERVERS = 2;

/** @param at of several that documents show */
function nameOf({ script, exported, documented }: FoundServer, at: number): string {
  if (documented !== undefined) return `README example ${at + 1}`;
  return exported === undefined ? script : `${script} ${exported.keys.join('.') || 'module.exports'}`;
}

/** Where files of the package may be served that are no code: below the package, or below their first folder. */
const pagesOf = (paths: readonly string[]): readonly string[] =>
  unique(
    paths
      .filter((path) => !/(?:^|\/)(?:\.|tests?\/|node_modules\/)|\.[cm]?[jt]sx?$|^[^/]*\.json$/.test(path))
      .sort((one, other) => other.split('/').length - one.split('/').length || (one < other ? -1 : 1))
      .slice(0, MAX_PAGES)
      .flatMap((path) => [`/${path.split('/').slice(1).join('/')}`, `/${path}`]),
  ).filter((path) => path !== '/');

/** @param groups the planned calls of exports: what a function that makes a server is called with */
export function planServers(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
  groups: readonly CaseGroup[],
): Readonly<{ servers: readonly PlannedServer[]; missing: readonly Finding[] }> {
  const found = findServers(sources, layout, program, reader);
  const documents = layout.docs.map(({ text }) => text);
  const shown = shownRequests(documents);
  const { programs } = findPrograms(sources);
  const tests = layout.tests.map(({ path }) => program.file(path)).filter((file) => file !== undefined);
  const pages = pagesOf(sources.files.map(({ path }) => path));
  return {
    servers: found.slice(0, MAX_SERVERS).map((one, at) => {
      const name = nameOf(one, at);
      const made = one.exported === undefined ? [] : madeWith(groups, one.script, one.exported);
      const files = filesOfProgram(one.script, program);
      const takesHandlers = one.isOwn === true && speaksOfUse(files);
      const installed = programs.find(({ script }) => script === one.script && !one.inPackage);
      const typed =
        installed === undefined ? NOTHING_TYPED : typedAfter(installed.name, wordsOf(files), documents);
      const isDocumented = one.documented !== undefined;
      const hints = hintsOf(files, tests, [...typed.pages, ...(isDocumented ? SERVED_PATHS : pages)]);
      const runs = planRequests(name, hints, { shown, made, takesHandlers, typed });
      return { ...one, name, files: isDocumented ? SERVED_FILES : typed.files, runs };
    }),
    missing: [
      ...found.slice(MAX_SERVERS).map((one) => ({
        code: 'SERVER_NOT_RUN',
        path: one.script,
        line: null,
        reason: `The package has more than ${MAX_SERVERS} servers; ${nameOf(one, 0)} is not run.`,
      })),
      ...serversNotAsked(layout, program),
    ],
  };
}
