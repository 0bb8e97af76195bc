import { spawn } from 'node:child_process';

export type GitAnswer = Readonly<{ code: number; stdout: string; stderr: string }>;

/** A hook or an alias that calls us sets GIT_DIR, GIT_INDEX_FILE and more, which would outrank the folder that we name. */
const withoutGit = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));

/**
 * Runs git without a shell, without taking locks, without hooks and without asking anything, so that the person's index
 * and refs stay as they are. Code 127: there is no git on this machine.
 */
export const git = (folder: string, args: readonly string[]): Promise<GitAnswer> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      'git',
      [
        '-C',
        folder,
        '-c',
        'core.hooksPath=/dev/null',
        '-c',
        'core.fsmonitor=false',
        '-c',
        'core.quotePath=false',
        ...args,
      ],
      {
        env: {
          ...withoutGit(process.env),
          GIT_OPTIONAL_LOCKS: '0',
          GIT_TERMINAL_PROMPT: '0',
          GIT_LITERAL_PATHSPECS: '1',
          LC_ALL: 'C',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT')
        resolve({ code: 127, stdout: '', stderr: error.message });
      else reject(error);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });

/** The commit that HEAD names; null outside of a repository and in one without commits. */
export const headCommit = async (folder: string): Promise<string | null> => {
  const answer = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  return answer.code === 0 ? answer.stdout.trim() : null;
};
