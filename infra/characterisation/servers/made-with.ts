/** What a function that makes a server is called with besides nothing: the calls that are planned of it as an export. */
import type { CaseGroup } from '../cases.ts';
import { unique } from '../order.ts';
import type { ServedExport } from './find.ts';

/** Each starts the server once more. */
const MAX_CALLS = 24;
const CATEGORIES = ['examples', 'inputs'];
/** An absolute path, the home folder, a way up, or what leads to one: the server would show what lies there to whoever asks. */
const NAMES_A_PLACE =
  /['"`](?:\/|~|[A-Za-z]:)|\.\.[/\\]|['"`]\.\.['"`]|\b(?:__dirname|__filename|process|require|import)\b/;
/** Inputs that throw when they are looked at, and modules of the package, which are others in another process. */
const NOT_OPTIONS = /\bs\.throwing\b|\bm\b/;

/**
 * @param groups all planned calls of exports
 * @returns lists of arguments, each as the text of its expressions, `s` in it the recording stubs; folders stay what `args` says
 */
export function madeWith(
  groups: readonly CaseGroup[],
  module: string,
  { kind, keys, args }: ServedExport,
): readonly string[] {
  if (kind !== 'factory') return [];
  const isSame = (path: readonly string[]): boolean =>
    path.join('.') === keys.join('.') || (path.length === 0 && keys.join('.') === 'default');
  const own = groups.filter(({ subject }) => subject.module === module && isSame(subject.path));
  const lists = CATEGORIES.flatMap((category) => own.filter((group) => group.category === category))
    .flatMap(({ cases }) => cases)
    .filter((one) => one.form === 'call' && one.args.length > 0)
    .map((one) =>
      one.args.map((text, at) => (args[at] == null ? text : JSON.stringify(args[at]))).join(', '),
    );
  return unique(lists)
    .filter((text) => !NAMES_A_PLACE.test(text) && !NOT_OPTIONS.test(text))
    .slice(0, MAX_CALLS);
}
