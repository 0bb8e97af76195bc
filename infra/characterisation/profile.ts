/** What the code does with a value it is given: the evidence from which inputs are chosen. */

export type Kind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'function'
  | 'class'
  | 'array'
  | 'object'
  | 'date'
  | 'regexp'
  | 'dictionary'
  | 'bigint'
  | 'symbol'
  | 'nullish'
  | 'error'
  | 'buffer'
  | 'map'
  | 'set'
  | 'promise'
  | 'stream'
  | 'emitter'
  | 'request'
  | 'response'
  | 'file stream'
  | 'zlib stream'
  | 'iterable'
  | 'iterator'
  | 'async iterable'
  | 'signal'
  | 'url'
  | 'url parameters'
  | 'typed array';

/** Evidence about one parameter, property or variable. Traits flow along `links`, from where a value ends up to where it came from. */
export class Profile {
  readonly kinds = new Set<Kind>();
  /** Texts of literals that the value is compared with. */
  readonly literals = new Set<string>();
  /** Characters and substrings that are looked for in it. */
  readonly fragments = new Set<string>();
  /** Regular expression literals that it is matched against. */
  readonly regexes = new Set<string>();
  /** Own classes it is tested against, as `module#Export` keys of class nodes. */
  readonly instances = new Set<object>();
  /** Names of the parameters it is passed to: what they are shown with elsewhere fits here too. */
  readonly names = new Set<string>();
  /** Of an emitter: those that are listened to or told. */
  readonly events = new Set<string>();
  readonly links = new Set<Profile>();
  readonly props = new Map<string, Profile>();
  readonly lengths = new Set<number>();
  /** One more than the highest constant index read from it: how long a tuple of it is. */
  tuple = 0;
  element: Profile | null = null;
  returned: Profile | null = null;
  /** The code stores something on it: a second call with the same value may behave differently. */
  written = false;
  /** As a method, it is given functions to call. */
  callsBack = false;

  prop(name: string): Profile {
    const known = this.props.get(name) ?? new Profile();
    this.props.set(name, known);
    return known;
  }

  elements(): Profile {
    this.element ??= new Profile();
    return this.element;
  }

  returns(): Profile {
    this.returned ??= new Profile();
    return this.returned;
  }
}

const MAX_FLATTEN = 4_000;

/** One profile with everything its links add, to any depth; cycles end where they close. */
export function flatten(root: Profile): Profile {
  const merged = new Profile();
  const seen = new Set<Profile>();
  const queue = [root];
  while (queue.length > 0 && seen.size < MAX_FLATTEN) {
    const profile = queue.shift();
    if (profile === undefined || seen.has(profile)) continue;
    seen.add(profile);
    for (const kind of profile.kinds) merged.kinds.add(kind);
    for (const one of profile.literals) merged.literals.add(one);
    for (const one of profile.fragments) merged.fragments.add(one);
    for (const one of profile.regexes) merged.regexes.add(one);
    for (const one of profile.instances) merged.instances.add(one);
    for (const one of profile.lengths) merged.lengths.add(one);
    for (const one of profile.names) merged.names.add(one);
    for (const one of profile.events) merged.events.add(one);
    merged.written ||= profile.written;
    merged.callsBack ||= profile.callsBack;
    merged.tuple = Math.max(merged.tuple, profile.tuple);
    for (const [name, prop] of profile.props) merged.prop(name).links.add(prop);
    if (profile.element !== null) merged.elements().links.add(profile.element);
    if (profile.returned !== null) merged.returns().links.add(profile.returned);
    queue.push(...profile.links);
  }
  return merged;
}

export const STRING_METHODS = new Set([
  'charAt',
  'charCodeAt',
  'codePointAt',
  'endsWith',
  'localeCompare',
  'match',
  'matchAll',
  'normalize',
  'padEnd',
  'padStart',
  'repeat',
  'replace',
  'replaceAll',
  'search',
  'split',
  'startsWith',
  'substr',
  'substring',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimEnd',
  'trimStart',
  'trimLeft',
  'trimRight',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
]);
export const ARRAY_METHODS = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'flat',
  'flatMap',
  'forEach',
  'join',
  'map',
  'pop',
  'push',
  'reduce',
  'reduceRight',
  'reverse',
  'shift',
  'some',
  'sort',
  'splice',
  'unshift',
  'fill',
]);
export const EITHER_METHODS = new Set([
  'indexOf',
  'lastIndexOf',
  'slice',
  'concat',
  'includes',
  'at',
  'length',
]);
export const DATE_METHODS = new Set([
  'getTime',
  'toISOString',
  'toUTCString',
  'toGMTString',
  'getFullYear',
  'getMonth',
  'getDate',
  'getHours',
  'getMinutes',
  'getDay',
  'getSeconds',
  'getUTCFullYear',
  'getTimezoneOffset',
  'setDate',
  'setTime',
]);
export const REGEXP_METHODS = new Set(['test', 'exec']);
export const NUMBER_METHODS = new Set(['toFixed', 'toPrecision', 'toExponential']);
/** Strings in, strings out: what is found about the result holds for the receiver. */
export const PASSING_METHODS = new Set([
  'trim',
  'trimEnd',
  'trimStart',
  'trimLeft',
  'trimRight',
  'toLowerCase',
  'toUpperCase',
  'slice',
  'substr',
  'substring',
  'toString',
  'valueOf',
  'replace',
  'replaceAll',
  'concat',
  'charAt',
  'padStart',
  'padEnd',
  'normalize',
  'sort',
  'reverse',
  'filter',
]);

export const BUILT_IN_CLASSES: Readonly<Record<string, Kind>> = {
  Date: 'date',
  RegExp: 'regexp',
  Error: 'error',
  TypeError: 'error',
  Array: 'array',
  Function: 'function',
  Map: 'map',
  Set: 'set',
  Promise: 'promise',
  Buffer: 'buffer',
  Uint8Array: 'buffer',
  ArrayBuffer: 'typed array',
  DataView: 'typed array',
  Int8Array: 'typed array',
  Uint8ClampedArray: 'typed array',
  Int16Array: 'typed array',
  Uint16Array: 'typed array',
  Int32Array: 'typed array',
  Uint32Array: 'typed array',
  Float32Array: 'typed array',
  Float64Array: 'typed array',
  URL: 'url',
  URLSearchParams: 'url parameters',
  AbortSignal: 'signal',
  Object: 'object',
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
};

export const TYPEOF_KINDS: Readonly<Record<string, Kind>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  function: 'function',
  object: 'object',
  undefined: 'nullish',
  bigint: 'bigint',
  symbol: 'symbol',
};
