import { Command, CommanderError, Option } from 'commander';
import type { ApproveOptions } from './approve.ts';
import { type Act, openEnvironment, serverNameOf } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import type { LoginOptions } from './login.ts';
import { endOf, keepFault } from './problems.ts';
import { PromptClosed } from './prompt.ts';
import type { RunOptions } from './run.ts';
import { addServerCommands } from './server-commands.ts';

type ProgramOptions = Readonly<{
  version: string;
  /** File that starts the all-in-one server; null where this installation has none. */
  serverEntry: string | null;
}>;

export type CliOptions = ProgramOptions &
  Readonly<{
    /** Adds commands of the server side, where they are installed: those of the first word of the command line, else all. */
    register: ((program: Command, name?: string) => Promise<void>) | null;
  }>;

const CODES = `
Exit codes: 0 done as asked; 1 fault of IAMA, or a check found something; 2 wrong command line; 3 no
delivery, or refused, with a reason; 4 not applied or not reverted because files changed; 5 waits for
a decision; 6 server unreachable or sign-in refused; 7 not started (secret, workspace, no agreement,
unreadable file); 130 detached by Ctrl-C or Ctrl-D.`;

/** What commander says of a typing error, as every problem here: a sentence with its stable code. */
const mistake = (text: string): string => {
  const [first = '', ...more] = text.replace(/^error: /u, '').split('\n');
  return [`${first.charAt(0).toUpperCase()}${first.slice(1)} [COMMAND_LINE]`, ...more].join('\n');
};

/** Says behind a typing error where that very command is explained. */
const pointToHelp = (command: Command, typed: string): void => {
  command.showHelpAfterError(`See what it takes with: ${typed} --help`);
  for (const each of command.commands) pointToHelp(each, `${typed} ${each.name()}`);
};

type Common = Readonly<{ json?: boolean; yes?: boolean }>;

export const createProgram = (
  options: ProgramOptions,
): Readonly<{ program: Command; exitCode: () => ExitCode }> => {
  let exitCode: ExitCode = EXIT.OK;
  const interrupted = new AbortController();
  process.on('SIGINT', () => {
    // The second time the person means it.
    if (interrupted.signal.aborted) process.exit(EXIT.DETACHED);
    interrupted.abort(new Error('interrupted'));
  });
  process.on('SIGTERM', () => interrupted.abort(new Error('terminated')));
  // `| head`: who follows a job is detached from it, and what only lists is done. Without this it would be a crash.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      interrupted.abort(new Error('nobody reads on'));
    });

  const act: Act = async (common, action) => {
    const environment = await openEnvironment(common, options.serverEntry, interrupted.signal);
    try {
      exitCode = await action(environment);
    } catch (error) {
      const stopped = interrupted.signal.aborted && !(error instanceof CommandEnd);
      const end = endOf(stopped ? new PromptClosed() : error);
      const isFault = end.exitCode === EXIT.INTERNAL;
      const next = isFault ? await keepFault(environment.home, error, new Date()) : end.next;
      exitCode = end.exitCode;
      environment.output.problem(end.message, { code: end.code, next });
    }
  };

  const program = new Command('iama')
    .description(
      'Modernises source code in jobs that prove themselves on your machine before you accept anything.',
    )
    .version(options.version)
    .allowExcessArguments(false)
    .configureOutput({ outputError: (text, write) => write(mistake(text)) })
    .addHelpText('after', CODES)
    .exitOverride();
  const yes = new Option(
    '-y, --yes',
    'answer yes to everything (never spends credits, never accepts a difference)',
  );
  const acceptStrictMode = new Option(
    '--accept-strict-mode',
    'accept that sloppy code becomes strict, where a write to something frozen throws',
  );
  const json = new Option('--json', 'one JSON value a line; the last one is the summary');
  const accept = new Option('--accept <what>', 'what to take of the delivery').choices([
    'all',
    'none',
    'ask',
  ]);
  const server = new Option(
    '--server <url>',
    'server to use instead of the one on this machine (IAMA_SERVER)',
  );
  const apply = new Option('--apply', 'write what was accepted into the project');
  const noApply = new Option('--no-apply', 'leave the project as it is').default(undefined);

  program
    .command('run')
    .description('begin a job for a project and follow it')
    .argument('<dir>', 'folder of the project')
    .option('--goal <goal>', 'what to do', 'js-to-ts')
    .option('--strategy <name>', 'conservative, standard or comprehensive; asked if absent')
    .option('--target <path...>', 'files or folders to work on; all that the goal covers if absent', [])
    .option(
      '--test-mode <mode>',
      'what proves the change: auto (default), characterisation, black-box, or assertion for own tests',
    )
    .option('--mode <mode>', 'wording: simple, professional or enterprise', 'simple')
    .addOption(acceptStrictMode)
    .addOption(yes)
    .addOption(accept)
    .addOption(apply)
    .addOption(noApply)
    .addOption(json)
    .addOption(server)
    .action((folder: string, typed: RunOptions) =>
      act(typed, async (environment) => (await import('./run.ts')).run(environment, folder, typed)),
    );

  program
    .command('attach')
    .description('go on with a job, the newest open one of this folder if none is named')
    .argument('[job]', 'id, or its beginning')
    .addOption(acceptStrictMode)
    .addOption(yes)
    .addOption(accept)
    .addOption(apply)
    .addOption(noApply)
    .addOption(json)
    .action((job: string | undefined, typed: Common) =>
      act(typed, async (environment) => (await import('./attach.ts')).attach(environment, job, typed)),
    );

  program
    .command('jobs')
    .description('list your jobs')
    .addOption(json)
    .addOption(server)
    .action((typed: Common & { server?: string }) =>
      act(typed, async (environment) =>
        (await import('./jobs.ts')).jobs(environment, serverNameOf(typed.server)),
      ),
    );

  program
    .command('revert')
    .description('put back what a job changed, byte for byte')
    .argument('[job]', 'id, or its beginning')
    .addOption(json)
    .action((job: string | undefined, typed: Common) =>
      act(typed, async (environment) => (await import('./revert.ts')).revert(environment, job)),
    );

  program
    .command('cancel')
    .description('end a job')
    .argument('[job]', 'id, or its beginning')
    .addOption(json)
    .action((job: string | undefined, typed: Common) =>
      act(typed, async (environment) => (await import('./jobs.ts')).cancel(environment, job)),
    );

  program
    .command('login')
    .description('sign in to a server')
    .addOption(server)
    .option('--email <address>', 'your address; IAMA_PASSWORD holds the password where nobody can be asked')
    .option('--register', 'open an account if there is none')
    .option('--device', 'by a short code that you confirm where you are signed in')
    .option('--token', 'with a token for machines, from IAMA_TOKEN or typed in')
    .action((typed: LoginOptions) =>
      act({}, async (environment) => (await import('./login.ts')).login(environment, typed)),
    );

  program
    .command('approve')
    .description('let the device that shows a code act for you')
    .argument('<code>', 'the code that it shows')
    .option('--deny', 'turn it away')
    .addOption(server)
    .action((code: string, typed: ApproveOptions) =>
      act({}, async (environment) => (await import('./approve.ts')).approve(environment, code, typed)),
    );

  addServerCommands(program, act);
  return { program, exitCode: () => exitCode };
};

/** Runs one command line; the answer is the exit code. */
export const main = async (argv: readonly string[], options: CliOptions): Promise<number> => {
  const { program, exitCode } = createProgram(options);
  const [name] = argv;
  if (!program.commands.some((command) => command.name() === name)) await options.register?.(program, name);
  pointToHelp(program, 'iama');
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.OK;
    if (argv.includes('--json')) {
      const reason = error.message.replace(/^error: /u, '');
      process.stdout.write(
        `${JSON.stringify({ job_id: null, status: 'NOT_STARTED', code: 'COMMAND_LINE', reason })}\n`,
      );
    }
    return EXIT.USAGE;
  }
};
