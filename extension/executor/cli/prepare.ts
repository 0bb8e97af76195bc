import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { printableLine } from '../../../domain/kernel/printable.ts';
import type { Client } from '../api/client.ts';
import { ifThere } from '../errno.ts';
import type { Home } from '../home/home.ts';
import { plural, someOf } from '../words.ts';
import { type FileVerdict, isCode, MAX_FILE_BYTES } from '../workspace/classify.ts';
import { closedFolders } from '../workspace/closed-folders.ts';
import { type Collected, collect } from '../workspace/collect.ts';
import { copyTree } from '../workspace/copy-tree.ts';
import { missingDependencies } from '../workspace/dependencies.ts';
import {
  describeWorkspace,
  hasCheckpoint,
  inspectWorkspace,
  needsChoice,
  preflightOf,
  type WorkspaceState,
} from '../workspace/preflight.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { JobFile } from './job-file.ts';
import { CHECKPOINT_DAYS } from './leftovers.ts';
import type { Output } from './output.ts';
import type { Prompt } from './prompt.ts';
import { sendContext } from './send-context.ts';

/** What has to be settled before a job may start: the folder, its secrets, a way back, and the person's agreement. */
export type PrepareOptions = Readonly<{
  home: Home;
  output: Output;
  prompt: Prompt | null;
  yes: boolean;
}>;

export const workspaceOf = async (folder: string): Promise<string> => {
  const absolute = resolve(folder);
  const found = await ifThere(stat(absolute));
  if (found?.isDirectory() !== true) {
    throw new CommandEnd(
      EXIT.USAGE,
      'NO_SUCH_FOLDER',
      `${folder} is not a folder.`,
      'Give the folder of a project.',
    );
  }
  const folderOf = await realpath(absolute);
  if (folderOf === parse(folderOf).root || folderOf === (await ifThere(realpath(homedir())))) {
    throw new CommandEnd(
      EXIT.USAGE,
      'FOLDER_TOO_WIDE',
      `${folderOf} is not a project: it holds everything you have.`,
      'Give the folder of one project.',
    );
  }
  return folderOf;
};

/** Targets as typed (relative to the project or to where the person is) become POSIX paths in the project. */
export const targetsIn = (workspace: string, typed: readonly string[]): string[] =>
  typed.map((target) => {
    const inProject = relative(workspace, isAbsolute(target) ? target : join(workspace, target));
    const fromHere = relative(workspace, resolve(target));
    const path = inProject.startsWith('..') ? fromHere : inProject;
    if (path.startsWith('..') || path === '') {
      throw new CommandEnd(
        EXIT.USAGE,
        'TARGET_OUTSIDE',
        `${target} is not in ${workspace}.`,
        'Name files or folders of the project.',
      );
    }
    return path.split(sep).join('/');
  });

const WHY: Readonly<Record<FileVerdict, string>> = {
  TYPE_NOT_SENT: 'of a type that is not sent',
  TOO_LARGE: `over ${MAX_FILE_BYTES / 1_024} KB`,
  BINARY: 'no text',
  NOT_UTF8: 'not in UTF-8',
  MINIFIED: 'minified',
  GENERATED: 'generated',
  NAME: 'of a name that no patch may have',
  REPOSITORY: 'a repository of its own',
};

/** Names the sources that stay behind, which nobody converts, with the reason of each; null where there are none. */
export const codeLeftOut = (skipped: Collected['skipped']): string | null => {
  const names = skipped
    .filter(({ path, verdict }) => verdict === 'REPOSITORY' || isCode(path))
    .map(({ path, verdict }) => `${path} (${WHY[verdict]})`);
  return names.length === 0 ? null : `Sources that are left out, and so not converted: ${someOf(names)}.`;
};

const cancelled = (code: string): CommandEnd =>
  new CommandEnd(
    EXIT.NOT_STARTED,
    code,
    'Nothing was started, as you chose.',
    'Nothing was changed or sent.',
  );

/** Reads the project and stops when it cannot be sent as it is (CTX-01, CTX-02). `apply` is what was said of applying; null: nothing. */
export const readProject = async (
  { output }: Pick<PrepareOptions, 'output'>,
  workspace: string,
  targets: readonly string[],
  apply: boolean | null = null,
): Promise<Collected> => {
  const collected = await collect(workspace, targets);
  for (const { path, line, kind } of collected.secrets) {
    output.show(
      `Kept back: ${printableLine(path)}${line === null ? '' : `, line ${line}`} holds a secret (${kind}).`,
      'yellow',
    );
  }
  if (collected.stops.length > 0) {
    const code = collected.secrets.length > 0 ? 'SECRET_FOUND' : 'CONTEXT_REFUSED';
    throw new CommandEnd(
      EXIT.NOT_STARTED,
      code,
      collected.stops.join('\n'),
      'Nothing has left this machine.',
    );
  }
  if (collected.context.files.length === 0) {
    throw new CommandEnd(
      EXIT.NOT_STARTED,
      'NOTHING_TO_SEND',
      'There is no source file in this folder.',
      'Give the folder of a project, with its sources in it.',
    );
  }
  const kilobytes = Math.ceil(collected.bytes / 1_024);
  output.step(
    `Read ${plural(collected.context.files.length, 'file')} (${kilobytes} KB); left out ${collected.skipped.length}.`,
  );
  const left = codeLeftOut(collected.skipped);
  if (left !== null) output.show(left, 'yellow');
  const missing = await missingDependencies(workspace);
  if (missing.length > 0)
    output.show(
      `Not installed: ${someOf(missing)}. What loads ${missing.length === 1 ? 'it' : 'them'} cannot run, so nothing of it can be proven. npm install brings ${missing.length === 1 ? 'it' : 'them'}.`,
      'yellow',
    );
  const closed = await closedFolders(
    workspace,
    collected.context.files.map(({ path }) => path),
  );
  if (closed.length > 0 && apply !== false)
    output.show(
      `You may not write into ${someOf(closed.map((name) => (name === '.' ? 'this folder' : name)))}, so what is delivered could not be applied there. Change that first, or begin with --no-apply.`,
      'yellow',
    );
  return collected;
};

/** Reports the state of the workspace in plain words; goes on only with the person's choice (JOB-04). */
export const preflight = async (
  { output, prompt, yes }: PrepareOptions,
  workspace: string,
): Promise<WorkspaceState> => {
  const state = await inspectWorkspace(workspace);
  const commit = state.headCommit?.slice(0, 8) ?? '';
  if (!needsChoice(state)) {
    output.step(`The workspace is clean, at commit ${commit}.`);
    return state;
  }
  const code = hasCheckpoint(state) ? 'WORKSPACE_DIRTY' : 'LOCAL_NATIVE_NO_VCS_CHECKPOINT';
  if (!yes && prompt === null) {
    const next = hasCheckpoint(state)
      ? 'Commit or stash your changes, or go on in safe mode with --yes.'
      : 'Commit first (git init && git add -A && git commit -m start), or let IAMA keep a copy with --yes.';
    throw new CommandEnd(EXIT.NOT_STARTED, code, describeWorkspace(state).join(' '), next);
  }
  for (const line of describeWorkspace(state)) output.show(line, 'yellow');
  const way = hasCheckpoint(state)
    ? 'Safe mode: work happens in a private copy, and your files stay as they are until you accept.'
    : 'Safe mode: IAMA keeps a full copy of this folder first, and works in another one.';
  output.show(way);
  if (yes || prompt === null) return state;
  if ((await prompt.choose('Go on?', { c: 'continue in safe mode', x: 'cancel' }, 'c')) === 'x')
    throw cancelled(code);
  return state;
};

/** Where there is no commit to go back to, a copy of the folder takes its place (EXE-04). */
const keepCheckpoint = async (
  { home, output }: PrepareOptions,
  state: WorkspaceState,
  workspace: string,
  jobId: string,
): Promise<void> => {
  if (hasCheckpoint(state)) return;
  const copy = home.path('checkpoints', jobId);
  const links: string[] = [];
  await copyTree(workspace, copy, {
    skip: new Set(['node_modules', '.iama', '.git']),
    onLinkOutside: (path) => links.push(path),
  });
  output.step(`Kept a full copy of the folder for ${CHECKPOINT_DAYS} days: ${copy}`);
  if (links.length > 0)
    output.show(`  Not in it: symbolic links that lead out of the folder (${someOf(links)}).`, 'yellow');
};

/** Sends the sources and starts the job. Safe to repeat for a job that was registered and not started. */
export const startJob = async (
  options: PrepareOptions,
  client: Client,
  job: JobFile,
  collected: Collected,
  state: WorkspaceState,
): Promise<void> => {
  await keepCheckpoint(options, state, job.workspace, job.jobId);
  const { sent, spared } = await sendContext({ home: options.home, client, job }, collected);
  if (spared > 0)
    options.output.step(
      `Sent ${Math.ceil(sent / 1_024)} KB; ${Math.ceil(spared / 1_024)} KB that have not changed were there already.`,
    );
  await client.start(job.jobId, {
    preflight: preflightOf(state),
    ...(job.testMode === null ? {} : { test_mode: job.testMode }),
  });
};
