import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Runs a program without a shell; never throws for a failing exit. */
export const run = (command: string, args: readonly string[], cwd: string, timeoutMs = 300_000) => {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    killSignal: 'SIGKILL',
  });
  const timedOut = (done.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  return { exitCode: done.status ?? -1, timedOut, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
};

/** Every file below `root` but `node_modules` and `.git`, POSIX and relative, sorted. */
export const filesOf = (root: string): string[] => {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name === '.git') return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : statSync(path).isFile() ? [relative(root, path)] : [];
    });
  return walk(root).sort();
};

/** A git repository with one commit, as a person would have. */
export const commitAll = (target: string): void => {
  writeFileSync(join(target, '.gitignore'), 'node_modules/\n');
  const git = (...args: string[]): void => {
    const done = run(
      'git',
      ['-c', 'user.name=Acceptance', '-c', 'user.email=acceptance@example.org', ...args],
      target,
    );
    if (done.exitCode !== 0) throw new Error(`git ${args[0]} failed: ${done.stderr}`);
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'As released');
};

/** Modules that a consumer could require, as they stand in the release. */
export const modulesOf = (root: string): string[] =>
  filesOf(root).filter(
    (path) => /\.c?js$/.test(path) && !/(^|\/)(test|tests|bin|example|examples|bench)\//.test(path),
  );

/** Files of tests that the release ships. */
export const testsOf = (root: string): string[] =>
  filesOf(root).filter((path) =>
    /(?:^|\/)(?:tests?|__tests__|specs?)\/|(?:^|[./_-])(?:tests?|spec)\.[cm]?[jt]sx?$/i.test(path),
  );

/** Words of the sources and the documentation, for the random arguments of the differential oracle. */
export const corpusOf = (root: string): string[] => {
  const text = filesOf(root)
    .filter((path) => /\.(js|md)$/i.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  const quoted = [...text.matchAll(/'([^'\n]{1,40})'|"([^"\n]{1,40})"|`([^`\n]{1,40})`/g)].map(
    ([, single, double, back]) => single ?? double ?? back ?? '',
  );
  return [...new Set(quoted)].sort();
};
