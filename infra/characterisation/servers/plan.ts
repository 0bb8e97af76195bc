/** The HTTP servers of a package with the requests to record of each (TST-01, black box). */
import type { Finding, ProjectSources } from '../../recipes/recipe.ts';
import type { ExportReader } from '../exports.ts';
import type { PackageLayout } from '../package-layout.ts';
import type { Program } from '../program.ts';
import { filesOfProgram } from '../programs/find.ts';
import { type FoundServer, findServers } from './find.ts';
import { hintsOf, shownRequests } from './hints.ts';
import { serversNotAsked } from './not-asked.ts';
import { planRequests, type ServerRun } from './requests.ts';

export type PlannedServer = FoundServer &
  Readonly<{ name: string; files: readonly []; runs: readonly ServerRun[] }>;

/** Each is started some hundred times. */
const MAX_SERVERS = 2;

const nameOf = ({ script, exported }: FoundServer): string =>
  exported === undefined || exported.keys.length === 0 ? script : `${script} ${exported.keys.join('.')}`;

export function planServers(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
): Readonly<{ servers: readonly PlannedServer[]; missing: readonly Finding[] }> {
  const found = findServers(sources, layout, program, reader);
  const shown = shownRequests(layout.docs.map(({ text }) => text));
  const tests = layout.tests.map(({ path }) => program.file(path)).filter((file) => file !== undefined);
  return {
    servers: found.slice(0, MAX_SERVERS).map((one) => {
      const name = nameOf(one);
      const hints = hintsOf(filesOfProgram(one.script, program), tests);
      return { ...one, name, files: [], runs: planRequests(name, hints, shown) };
    }),
    missing: [
      ...found.slice(MAX_SERVERS).map((one) => ({
        code: 'SERVER_NOT_RUN',
        path: one.script,
        line: null,
        reason: `The package has more than ${MAX_SERVERS} servers; ${nameOf(one)} is not run.`,
      })),
      ...serversNotAsked(layout, program),
    ],
  };
}
