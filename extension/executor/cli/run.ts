import { basename } from 'node:path';
import { attach } from './attach.ts';
import { connectTo, type Environment, giveConsent, requireAccount, serverNameOf } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { cleanUp, followToEnd } from './follow.ts';
import { preflight, readProject, startJob, targetsIn, workspaceOf } from './prepare.ts';
import { registerJob } from './register-job.ts';
import { acknowledgeSideEffects } from './side-effects.ts';
import { jobToGoOnWith } from './unfinished.ts';

export type RunOptions = Readonly<{
  goal: string;
  strategy?: string;
  testMode?: string;
  acceptStrictMode?: boolean;
  target: readonly string[];
  yes?: boolean;
  accept?: string;
  apply?: boolean;
  json?: boolean;
  server?: string;
  mode: string;
}>;

const GOALS = {
  'js-to-ts': 'JAVASCRIPT_TO_TYPESCRIPT',
  'python-2-to-3': 'PYTHON_2_TO_3',
  'java-8-to-21': 'JAVA_8_TO_21',
  'react-class-to-hooks': 'REACT_CLASS_TO_HOOKS',
} as const;
const STRATEGIES = {
  conservative: 'CONSERVATIVE',
  standard: 'STANDARD',
  comprehensive: 'COMPREHENSIVE',
} as const;
const TEST_MODES = {
  auto: null,
  assertion: 'ASSERTION',
  characterisation: 'CHARACTERISATION',
  'black-box': 'BLACK_BOX',
} as const;
const ACCEPTS = { all: 'all', none: 'none', ask: 'ask' } as const;
const MODES = {
  simple: 'SIMPLE',
  professional: 'PROFESSIONAL',
  enterprise: 'ENTERPRISE',
} as const;

const oneOf = <Value>(choices: Readonly<Record<string, Value>>, typed: string, option: string): Value => {
  const value = Object.hasOwn(choices, typed.toLowerCase()) ? choices[typed.toLowerCase()] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(choices).join(', ');
  throw new CommandEnd(
    EXIT.USAGE,
    'OPTION_INVALID',
    `${option} cannot be ${typed}.`,
    `Use one of: ${known}.`,
  );
};

/** As the API takes it; a folder may have a longer name. */
const MAX_TITLE = 200;

/** `iama run`: begins a job for a folder and follows it to its end. */
export const run = async (
  environment: Environment,
  folder: string,
  options: RunOptions,
): Promise<ExitCode> => {
  const { home, output, prompt, signal, began } = environment;
  const yes = options.yes === true;
  const goal = oneOf(GOALS, options.goal, '--goal');
  const mode = oneOf(MODES, options.mode, '--mode');
  const strategy = options.strategy === undefined ? null : oneOf(STRATEGIES, options.strategy, '--strategy');
  const typedMode =
    options.testMode === undefined ? undefined : oneOf(TEST_MODES, options.testMode, '--test-mode');
  const accept = options.accept === undefined ? null : oneOf(ACCEPTS, options.accept, '--accept');
  const workspace = await workspaceOf(folder);
  const targets = targetsIn(workspace, options.target);
  const asking = { home, output, prompt, yes };

  const serverName = serverNameOf(options.server);
  await requireAccount(environment, serverName);
  await cleanUp(home, output);
  const state = await preflight(asking, workspace);
  const collected = await readProject(asking, workspace, targets, options.apply ?? null);
  await acknowledgeSideEffects(asking);

  const connection = await connectTo(environment, serverName);
  await giveConsent(environment, connection, yes);
  const wanted = { serverName: connection.serverName, workspace, goal, targets };
  const unfinished = await jobToGoOnWith(environment, connection.client, wanted, typedMode);
  if (unfinished !== null) return attach(environment, unfinished, options);
  const title = basename(workspace).slice(0, MAX_TITLE).toWellFormed();
  const job = await registerJob(
    { home, client: connection.client },
    {
      ...{ ...wanted, mode, strategy, yes, accept },
      testMode: typedMode ?? null,
      acceptStrictMode: options.acceptStrictMode === true,
      apply: options.apply ?? null,
    },
    { goal, targets, mode, title },
  );
  output.step(`Job ${job.jobId}`);
  await startJob(asking, connection.client, job, collected, state);
  return followToEnd({ home, output, prompt, connection, job, acceptTyped: accept, signal, began });
};
