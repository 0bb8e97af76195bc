import { posix } from 'node:path';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** What package.json says; only fields that the recipe reads. */
export type Manifest = Readonly<{
  text: string;
  json: JsonObject;
  name: string;
  /** How Node reads a `.js` file of this package. */
  moduleType: 'commonjs' | 'module';
  isPrivate: boolean;
  enginesNode: string | null;
  /** Paths named by main, exports, bin, module and browser, relative to the root and as written there. */
  entries: readonly EntryPoint[];
  dependencies: ReadonlyMap<string, string>;
  devDependencies: ReadonlyMap<string, string>;
  scripts: ReadonlyMap<string, string>;
}>;

export type EntryPoint = Readonly<{ field: 'main' | 'exports' | 'bin' | 'module' | 'browser'; path: string }>;

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

const textEntries = (value: JsonValue | undefined): Map<string, string> =>
  new Map(
    isObject(value)
      ? Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
      : [],
  );

/** Every string at any depth of an `exports` or `bin` value. */
const strings = (value: JsonValue | undefined): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => strings(item));
  return isObject(value) ? Object.values(value).flatMap(strings) : [];
};

const entriesOf = (json: JsonObject): EntryPoint[] => {
  const found: EntryPoint[] = [];
  for (const field of ['main', 'exports', 'bin', 'module', 'browser'] as const) {
    for (const written of strings(json[field])) found.push({ field, path: posix.normalize(written) });
  }
  // Node's own default when package.json names no entry.
  if (!found.some((entry) => entry.field === 'main' || entry.field === 'exports')) {
    found.unshift({ field: 'main', path: 'index.js' });
  }
  return found;
};

/** Reads package.json; null where it is no JSON object. A leading byte order mark is allowed, as npm allows it. */
export function readManifest(text: string): Manifest | null {
  let json: JsonValue;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isObject(json)) return null;
  const engines = json['engines'];
  return {
    text,
    json,
    name: textOf(json['name']) ?? '',
    moduleType: json['type'] === 'module' ? 'module' : 'commonjs',
    isPrivate: json['private'] === true,
    enginesNode: isObject(engines) ? textOf(engines['node']) : null,
    entries: entriesOf(json),
    dependencies: new Map([
      ...textEntries(json['peerDependencies']),
      ...textEntries(json['optionalDependencies']),
      ...textEntries(json['dependencies']),
    ]),
    devDependencies: textEntries(json['devDependencies']),
    scripts: textEntries(json['scripts']),
  };
}
