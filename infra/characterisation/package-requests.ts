/** What code that uses a package asks of it by its name: the whole of it, or a file of it. */

/** Stands for the package itself among its files. */
export const ENTRY = '';

/**
 * @param fileOf the file that a part of the package is; null: it is none
 * @returns what a request loads: `ENTRY`, that file, or null where it asks for something else
 */
export const requestedOf = (
  packageName: string,
  request: string,
  fileOf: (part: string) => string | null,
): string | null => {
  if (request === packageName) return ENTRY;
  return request.startsWith(`${packageName}/`) ? fileOf(request.slice(packageName.length + 1)) : null;
};

/** Under which Node loads something, however it is asked for. */
const CONDITIONS = new Set(['node', 'require', 'import', 'module-sync', 'default']);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function targetOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const choices = Array.isArray(value)
    ? value
    : isMap(value)
      ? Object.entries(value).flatMap(([name, choice]) => (CONDITIONS.has(name) ? [choice] : []))
      : [];
  for (const choice of choices) {
    const found = targetOf(choice);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Where `package/part` leads, from the root of the package.
 * @param exports of its `package.json`; undefined: the part is a path, perhaps without its ending
 * @returns null: nowhere
 */
export function pathOfPart(part: string, exports: unknown): string | null {
  if (exports === undefined) return part;
  if (!isMap(exports)) return null;
  const asked = `./${part}`;
  const tidy = (target: string | null): string | null => target?.replace(/^\.\//, '') ?? null;
  if (Object.hasOwn(exports, asked) && !asked.includes('*')) return tidy(targetOf(exports[asked]));
  const patterns = Object.keys(exports)
    .filter((name) => name.startsWith('./') && name.split('*').length === 2)
    .sort((one, other) => other.indexOf('*') - one.indexOf('*') || other.length - one.length);
  for (const name of patterns) {
    const [before = '', after = ''] = name.split('*');
    const isLonger = asked.length >= before.length + after.length;
    if (!isLonger || !asked.startsWith(before) || !asked.endsWith(after)) continue;
    const filled = asked.slice(before.length, asked.length - after.length);
    return tidy(targetOf(exports[name])?.replaceAll('*', () => filled) ?? null);
  }
  return null;
}
