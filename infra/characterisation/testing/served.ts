/** One run of a server as the tests of a plan make it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runPrograms } from '../harness/programs.mjs';

/** As it goes over the wire. */
export const get = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

type Exported = Readonly<{
  kind: string;
  keys: readonly string[];
  args: readonly (string | null)[];
  finishes?: boolean;
}>;

/** What a server with this source, as `server.js` of the folder, answers, or why the run is left. */
export const servedIn =
  (root: string) =>
  async (
    source: string,
    requests: readonly string[] = [get('/')],
    more: Readonly<{
      exported?: Exported;
      timeout?: number;
      port?: string;
      inPackage?: boolean;
      /** What was recorded of the same run. */
      before?: string;
    }> = {},
  ) => {
    writeFileSync(path.join(root, 'server.js'), source);
    const { exported, timeout = 30_000, port, inPackage = false, before } = more;
    const run = { id: 'server:s:1', call: 's', argv: [], stdin: '', shown: false, requests };
    const program = { name: 's', script: 'server.js', inPackage, files: [] };
    const { results, left } = await runPrograms(
      [
        {
          ...program,
          ...(exported === undefined ? {} : { exported }),
          runs: [port === undefined ? run : { ...run, port }],
        },
      ],
      {
        ...{ packageRoot: root, moved: {}, timeout, only: null, dropSlow: false, select: false },
        before: before === undefined ? null : new Map([[run.id, { call: run.call, result: before }]]),
      },
    );
    return results.get(run.id)?.result ?? `left: ${left.get(run.id)?.why}`;
  };
