import { type Command, Option } from 'commander';
import { ensureServer, runningServer, stopServer } from './embedded-server.ts';
import type { Act } from './environment.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { otherRelease } from './server-release.ts';

/** `iama server status`, `start` and `stop`: the server on this machine. */
export const addServerCommands = (program: Command, act: Act): void => {
  const server = program.command('server').description('the server on this machine');
  server
    .command('status')
    .description('whether it runs, and where')
    .addOption(new Option('--json', 'one JSON value a line; the last one is the summary'))
    .action((typed: { json?: boolean }) =>
      act(typed, async ({ home, output, serverEntry }) => {
        const running = await runningServer(home);
        const isOther =
          running !== null && serverEntry !== null && (await otherRelease(home, serverEntry)) !== null;
        output.show(
          running === null ? 'The local server is not running.' : `The local server runs at ${running.url}.`,
        );
        if (isOther)
          output.show('It runs other code than this IAMA. The next command that needs it replaces it.');
        output.value({ running: running !== null, url: running?.url ?? null, other_code: isOther });
        return EXIT.OK;
      }),
    );
  server
    .command('start')
    .description('start it, where it does not run')
    .action(() =>
      act({}, async ({ home, output, serverEntry }) => {
        if (serverEntry === null)
          throw new CommandEnd(
            EXIT.SERVER,
            'NO_EMBEDDED_SERVER',
            'There is no server here.',
            'Name one with --server URL, or set IAMA_SERVER.',
          );
        output.show(`The local server runs at ${await ensureServer(home, serverEntry, output.show)}.`);
        return EXIT.OK;
      }),
    );
  server
    .command('stop')
    .description('stop it; jobs stay as they are')
    .action(() =>
      act({}, async ({ home, output }) => {
        output.show(
          (await stopServer(home)) ? 'The local server has stopped.' : 'The local server was not running.',
        );
        return EXIT.OK;
      }),
    );
};
