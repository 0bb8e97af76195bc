import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Folders that are never read, whatever the ignore files say. */
const NEVER = new Set(['.git', '.hg', '.svn', '.iama', 'node_modules']);
const RULE_FILES = ['.gitignore', '.iamaignore'];

type Rules = Readonly<{ folder: string; matcher: Ignore }>;

const posixRelative = (from: string, to: string): string => relative(from, to).split(sep).join('/');

const rulesIn = (folder: string, names: readonly string[]): Rules[] =>
  names.flatMap((name) => {
    const file = join(folder, name);
    return existsSync(file) ? [{ folder, matcher: ignore().add(readFileSync(file, 'utf8')) }] : [];
  });

/** Rules of the folders above the workspace, up to the repository that it is part of. */
const inherited = (root: string): Rules[] => {
  const above: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    above.unshift(folder);
    if (existsSync(join(folder, '.git'))) {
      const own = rulesIn(folder, ['.git/info/exclude']);
      return [...own, ...above.slice(0, -1).flatMap((each) => rulesIn(each, RULE_FILES))];
    }
    if (dirname(folder) === folder) return [];
  }
};

export type IgnoreRules = Readonly<{
  /** True when the path (absolute) is left out. Ask for a folder before its content. */
  ignores: (path: string, isFolder: boolean) => boolean;
  /** Reads the ignore files of a folder; call when entering it, parents first. */
  enter: (folder: string) => void;
}>;

/** Git's ignore rules, with `.iamaignore` beside `.gitignore` (CTX-01). A deeper file overrules a higher one. */
export const ignoreRulesFor = (root: string): IgnoreRules => {
  const rules = inherited(root);
  return {
    enter: (folder) => {
      rules.push(...rulesIn(folder, RULE_FILES));
    },
    ignores: (path, isFolder) => {
      if (NEVER.has(path.split(sep).at(-1) ?? '')) return true;
      let ignored = false;
      for (const { folder, matcher } of rules) {
        const inside = posixRelative(folder, path);
        if (inside === '' || inside.startsWith('..')) continue;
        const result = matcher.test(isFolder ? `${inside}/` : inside);
        if (result.ignored) ignored = true;
        else if (result.unignored) ignored = false;
      }
      return ignored;
    },
  };
};
