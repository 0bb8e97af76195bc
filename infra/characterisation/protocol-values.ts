/** Inputs for what the code uses by a protocol of the language or of the platform: iterators, signals, addresses, bytes in memory. */
import type { Made } from './candidates.ts';
import type { Kind, Profile } from './profile.ts';
import { flatten } from './profile.ts';

const MAX_ARRAYS = 12;

const isMethod = (flat: Profile, name: string): boolean =>
  flat.props.has(name) && flatten(flat.prop(name)).kinds.has('function');

/** What an input is used as, seen from the members that are read of it. */
export function protocolKinds(flat: Profile): readonly Kind[] {
  const has = (...names: readonly string[]): boolean => names.some((name) => flat.props.has(name));
  const calls = (...names: readonly string[]): boolean => names.every((name) => isMethod(flat, name));
  const kinds = new Set<Kind>();
  if (has('aborted', 'throwIfAborted') || (flat.names.has('signal') && calls('addEventListener')))
    kinds.add('signal');
  if (has('searchParams') || (has('href') && has('hostname', 'host', 'pathname', 'protocol')))
    kinds.add('url');
  if (has('BYTES_PER_ELEMENT', 'byteOffset', 'byteLength')) kinds.add('typed array').add('buffer');
  if (isMethod(flat, 'next')) kinds.add('iterator');
  if (calls('get') && (calls('set') || calls('has') || calls('entries'))) kinds.add('map');
  if (calls('has') && (calls('add') || calls('delete')) && !calls('get')) kinds.add('set');
  return [...kinds];
}

export const PROTOCOL_KINDS: readonly Kind[] = ['iterable', 'iterator', 'async iterable'];

/**
 * @param arrays texts of arrays of what is gone through
 * @returns values that can be gone through once, again and again, later, or only to a failure; they note an end that comes early
 */
export function iteratedValues(kind: Kind, arrays: readonly string[]): Made {
  const few = arrays.slice(0, MAX_ARRAYS);
  const [first = "['a']"] = few;
  if (kind === 'async iterable')
    return {
      typical: few.map((one, at) => (at % 3 === 2 ? `s.items(${one})` : `s.items(${one}, 'later')`)),
      boundary: [`s.items([], 'later')`, `s.items(${first}, 'later failing')`, `s.readable(['a', 'b'])`],
    };
  const failing = `s.items(${first}, 'failing')`;
  if (kind === 'iterator')
    return { typical: few.map((one) => `s.items(${one})`), boundary: ['s.items([])', failing] };
  return {
    typical: few.map((one, at) => (at % 2 === 0 ? `new Set(${one})` : `s.items(${one})`)),
    boundary: [`new Map([['k', 1]])`, `'two'`, 's.items([])', failing],
  };
}
