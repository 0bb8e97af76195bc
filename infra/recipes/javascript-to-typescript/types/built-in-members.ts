import type { Evidence } from './evidence.ts';

/** Members of texts, lists and the like, by which a value is told from what is asked of it. */

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const STRING_ONLY = names(
  'charAt charCodeAt codePointAt endsWith localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search split startsWith substr substring toLowerCase toUpperCase trim trimEnd trimStart trimLeft trimRight',
);
export const ARRAY_ONLY = names(
  'push pop shift unshift splice join map filter forEach reduce reduceRight some every sort reverse find findIndex findLast fill flat flatMap copyWithin',
);
export const SHARED = names(
  'length slice indexOf lastIndexOf concat includes at toString valueOf toLocaleString',
);
/** Those of the shared ones that give nothing of the value back. */
export const SEARCHED = names('length indexOf lastIndexOf includes');
export const NUMBER_ONLY = names('toFixed toPrecision toExponential');
export const PATTERN_ONLY = names('exec test source lastIndex flags');
export const DATE_ONLY = names('getTime toUTCString toISOString getFullYear toGMTString');
export const FUNCTION_ONLY = names('call apply bind');
/** What a `typeof x === 'object'` or truthiness test leaves usable on anything. */
export const UNIVERSAL = names('toString valueOf hasOwnProperty constructor toLocaleString');

export const BUILT_IN = [
  STRING_ONLY,
  ARRAY_ONLY,
  SHARED,
  NUMBER_ONLY,
  PATTERN_ONLY,
  DATE_ONLY,
  FUNCTION_ONLY,
];

/** Those that hold a value: all others are methods. */
const HELD = names('length source lastIndex flags');

export const all = (keys: readonly string[], ...sets: ReadonlySet<string>[]): boolean =>
  keys.every((key) => sets.some((set) => set.has(key)));
export const any = (keys: readonly string[], set: ReadonlySet<string>): boolean =>
  keys.some((key) => set.has(key));

const isFunctionText = (text: string): boolean => text === 'Function' || text.includes('=>');

/** It is called, or handed on as a function. */
const isCalled = ({ calls, properties, wanted }: Evidence): boolean =>
  calls.length > 0 ||
  (properties.size > 0 && all([...properties.keys()], FUNCTION_ONLY)) ||
  [...wanted.keys()].some(isFunctionText);

/** What is asked of it is asked of no method: it is an option, say, that has the name of one. */
const isNoMethod = (part: Evidence): boolean =>
  !isCalled(part) &&
  (part.classes.size + part.wanted.size + part.given.size + part.properties.size > 0 ||
    [...part.guards].some((guard) => guard !== 'function') ||
    [part.element, part.entry].some((one) => one !== null) ||
    part.iterated ||
    part.isArray ||
    part.arithmetic);

/** Properties that have names of methods and are used as such, all of them as far as they are used at all. */
export const areMethods = (keys: readonly (readonly [string, Evidence])[]): boolean =>
  keys.every(([name, part]) => HELD.has(name) || !isNoMethod(part)) &&
  keys.some(([name, part]) => HELD.has(name) || isCalled(part));
