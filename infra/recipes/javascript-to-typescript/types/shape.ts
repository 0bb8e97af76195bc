import ts from 'typescript';
import {
  ARRAY_ONLY,
  all,
  any,
  areMethods,
  BUILT_IN,
  DATE_ONLY,
  FUNCTION_ONLY,
  NUMBER_ONLY,
  PATTERN_ONLY,
  SEARCHED,
  SHARED,
  STRING_ONLY,
  UNIVERSAL,
} from './built-in-members.ts';
import type { Evidence } from './evidence.ts';
import { keyTexts, orOne } from './open-parameters.ts';
import { arrayText, isListText, propertyName, splitUnion, unionText } from './type-text.ts';

const DEPTH = 4;
const KEYS = unionText(['string', 'number', 'symbol']);
const CLASS_OR_INTERFACE = ts.SymbolFlags.Class | ts.SymbolFlags.Interface;

const covers = (type: ts.Type | null, keys: readonly string[]): boolean =>
  type !== null && keys.length > 0 && keys.every((key) => type.getProperty(key) !== undefined);

/** A function type, which an object type with methods or callbacks is not. */
const isFunctionText = (text: string): boolean => text.includes('=>') && !/^(?:\{|object & |\w+<)/.test(text);

/** Whether the value may be missing: it is tested or compared with undefined without a throw. */
export const mayBeMissing = (evidence: Evidence): boolean =>
  !evidence.required && (evidence.tested || evidence.undefinable);

/** `(arg0: string) => T` from the calls seen. */
const callText = (evidence: Evidence, depth: number, arrow: boolean): string => {
  const most = Math.max(0, ...evidence.calls.map((call) => call.length));
  const least = Math.min(...evidence.calls.map((call) => call.length));
  const parameters: string[] = [];
  for (let i = 0; i < most; i++) {
    const texts = evidence.calls.flatMap((call) => (i < call.length ? [call[i] ?? 'unknown'] : []));
    // `{}` is left of `unknown` behind a test, and fits no callback that names what it takes.
    const isOpen = texts.flatMap(splitUnion).some((one) => /^(?:never|\{\})$/.test(one));
    const handed = unionText(isOpen ? ['unknown'] : texts);
    // A callback names the one kind of entry names that it is given.
    const text = handed === KEYS ? 'unknown' : handed;
    parameters.push(`arg${i}${i >= least ? '?' : ''}: ${text === '' ? 'unknown' : text}`);
  }
  // What a caller's function gives back and the code itself looks through may be anything.
  const judged =
    evidence.result?.checked === true ||
    evidence.result?.required === true ||
    evidence.result?.isArray === true;
  const result = evidence.result === null || judged ? '' : unionText(members(evidence.result, depth - 1));
  const { nullable = false, tested = false } = evidence.result ?? {};
  const text = result === '' ? 'unknown' : withMissing([result], { nullable }, tested);
  return arrow ? `(${parameters.join(', ')}) => ${text}` : `(${parameters.join(', ')}): ${text}`;
};

/** Something is put in it, and nothing is asked of what was there: it need not be there. */
const isOnlyWritten = ({ written, read, checked, tested, replaced }: Evidence): boolean =>
  replaced || (written && !read && !checked && !tested);

const objectText = (
  keys: readonly (readonly [string, Evidence])[],
  depth: number,
  optional: boolean,
): string => {
  const lines = keys.map(([name, evidence]) => {
    const missing = optional || mayBeMissing(evidence) || evidence.checked || isOnlyWritten(evidence);
    const onlyCalled = evidence.calls.length > 0 && !evidence.constructed && evidence.given.size === 0;
    const called = all([...evidence.properties.keys()], FUNCTION_ONLY);
    if (onlyCalled && called && ![...evidence.guards].some((guard) => guard !== 'function')) {
      return `${propertyName(name)}${missing ? '?' : ''}${callText(evidence, depth, false)}`;
    }
    const parts = new Set(members(evidence, depth - 1));
    // What is reckoned with before another kind is put in.
    if (evidence.arithmetic && evidence.written && evidence.given.size > 0) parts.add('number');
    if (evidence.nullable && parts.size > 0) parts.add('null');
    if (missing && parts.size > 0 && !parts.has('unknown') && evidence.undefinable) parts.add('undefined');
    const text = unionText(parts) || 'unknown';
    // A property that may be anything may as well not be there.
    return `${propertyName(name)}${missing || text === 'unknown' ? '?' : ''}: ${text}`;
  });
  return `{ ${lines.join('; ')} }`;
};

/** Whether nothing of the object is read, as far as its properties go: any object does that lets them be put in. */
export const isOnlyFilled = ({ properties }: Evidence): boolean =>
  properties.size > 0 && [...properties.values()].every(isOnlyWritten);

/** `forEach` of a list or of a map: what is handed on beside each element is used as a key, not as a number. */
const isOfAnyKey = (evidence: Evidence, keyNames: readonly string[]): boolean =>
  evidence.index !== null &&
  keyNames.join() === 'forEach' &&
  !evidence.isArray &&
  !evidence.iterated &&
  !evidence.index.arithmetic &&
  ![evidence.index.given, evidence.index.wanted].some((texts) => texts.has('number'));

const walkedText = ({ element, index }: Evidence, depth: number): string => {
  const key = index === null || index.properties.size === 0 ? [] : members(index, depth - 1);
  const handed = `value: ${elementText(element, depth)}, key: ${unionText(key) || 'unknown'}`;
  return `{ forEach(callback: (${handed}) => void): unknown }`;
};

const elementText = (evidence: Evidence | null, depth: number): string => {
  if (evidence === null) return 'unknown';
  const own = members(evidence, depth - 1);
  const parts = evidence.otherThanArray ? orOne(own) : own;
  return parts.length === 0 || parts.includes('unknown')
    ? 'unknown'
    : withMissing(parts, evidence, evidence.nullable && evidence.undefinable);
};

/** `x.slice().sort()`: what comes of a method that texts and lists share is used as a list. */
const givesArray = (evidence: Evidence): boolean =>
  [...evidence.properties].some(
    ([name, { result }]) =>
      SHARED.has(name) && result !== null && any([...result.properties.keys()], ARRAY_ONLY),
  );

/** Kinds are told apart, none is refused, and nothing else is asked of the value. */
export const acceptsAll = (
  evidence: Evidence,
  keyNames: readonly string[] = [...evidence.properties.keys()].filter((name) => !UNIVERSAL.has(name)),
): boolean => (evidence.passed && !evidence.required) || acceptsKinds(evidence, keyNames);

const acceptsKinds = (evidence: Evidence, keyNames: readonly string[]): boolean =>
  evidence.checked &&
  !evidence.required &&
  evidence.wanted.size + evidence.given.size + evidence.classes.size + evidence.calls.length === 0 &&
  keyNames.every(
    (name) =>
      (evidence.guards.has('string') && (STRING_ONLY.has(name) || SHARED.has(name))) ||
      (evidence.guards.has('number') && NUMBER_ONLY.has(name)) ||
      (evidence.guards.has('object') && isOnlyLookedAt(evidence.properties.get(name))),
  ) &&
  (evidence.guards.has('object')
    ? keyNames.length > 0
    : [...evidence.guards].every((guard) => /^(string|number|boolean)$/.test(guard)));

/** `typeof x.then === 'function'` asks nothing of `x.then`. */
const isOnlyLookedAt = (part: Evidence | undefined): boolean =>
  part !== undefined &&
  !part.required &&
  !part.arithmetic &&
  part.wanted.size + part.given.size + part.classes.size + part.calls.length + part.properties.size === 0;

/** Nothing is asked but whether it has something under a key: any other object does as well. */
const isOnlyAsked = ({ entry, properties, wanted }: Evidence, depth: number): boolean =>
  entry?.tested === true &&
  !entry.returned &&
  properties.size + wanted.size + entry.given.size === 0 &&
  elementText(entry, depth) === 'unknown';

/**
 * The members of the union that the evidence supports; empty where it supports nothing. `optional` says that the value
 * is a bag of options, all of whose properties may be missing.
 */
export function members(
  evidence: Evidence,
  depth = DEPTH,
  optional = false,
  known: readonly ts.Type[] = [],
): string[] {
  if (depth <= 0) return [];
  const found = new Set<string>();
  for (const guard of evidence.guards) {
    if (/^(string|number|boolean|bigint|symbol)$/.test(guard)) found.add(guard);
  }
  for (const name of evidence.classes.keys()) found.add(name);
  for (const text of evidence.given.keys()) {
    if (text === 'object' || text === '{}') continue;
    found.add(text.startsWith('{') && isOnlyAsked(evidence, depth) ? 'object' : text);
  }
  const printed = evidence.properties.get('toString');
  if (printed?.calls.some((call) => call.length > 0) === true && found.size === 0) found.add('number');
  const guarded = evidence.guards.size > 0 || evidence.classes.size > 0 || evidence.isArray;
  for (const text of evidence.wanted.keys()) {
    if (guarded && found.size > 0 && text !== 'string' && text !== 'number') continue;
    if (text === 'undefined' || text === 'null' || text === '{}' || text === 'object') continue;
    found.add(text);
  }

  const types = [
    ...known,
    ...evidence.classes.values(),
    ...evidence.given.values(),
    ...evidence.wanted.values(),
  ];
  const named = types.filter(
    (type) => type !== null && type.symbol !== undefined && (type.symbol.flags & CLASS_OR_INTERFACE) !== 0,
  );
  const keys = [...evidence.properties].filter(
    ([name]) => !UNIVERSAL.has(name) && !(found.size > 0 && named.some((type) => covers(type, [name]))),
  );
  const keyNames = keys.map(([name]) => name);
  const ofMethods = areMethods(keys) ? keyNames : keyNames.map(() => '');
  if (evidence.coerced || acceptsAll(evidence, keyNames)) return ['unknown'];
  if (
    evidence.stringified &&
    !evidence.required &&
    !evidence.key &&
    (keys.length === 0 || (evidence.isArray && all(keyNames, ARRAY_ONLY, SHARED))) &&
    evidence.wanted.size === 0 &&
    evidence.calls.length === 0
  ) {
    return ['unknown'];
  }
  const absorbed =
    types.some((type) => covers(type, keyNames)) ||
    (found.has('string') && all(ofMethods, STRING_ONLY, SHARED)) ||
    (found.has('number') && all(ofMethods, NUMBER_ONLY)) ||
    ([...found].some((text) => isListText(text)) && all(ofMethods, ARRAY_ONLY, SHARED));
  // Who reads the rest of it is not known, so it may hold more than is read here.
  const isBag =
    keys.length > 0 ? !all(ofMethods, ...BUILT_IN) : [...found].some((text) => text.startsWith('{ '));
  if (evidence.escapes && isBag) found.add('object');
  if (evidence.escapes && found.size === 0 && keyNames.join() === 'length') return ['unknown'];
  const arrays = (): void => void found.add(arrayText(elementText(evidence.element, depth)));

  if (keys.length > 0 && !absorbed) {
    if (isOfAnyKey(evidence, keyNames)) found.add(walkedText(evidence, depth));
    else if (all(ofMethods, STRING_ONLY, SHARED) && any(ofMethods, STRING_ONLY)) {
      found.add('string');
      if (evidence.isArray) arrays();
    } else if (all(ofMethods, ARRAY_ONLY, SHARED) && any(ofMethods, ARRAY_ONLY)) arrays();
    else if (all(ofMethods, STRING_ONLY, ARRAY_ONLY, SHARED)) {
      const parts = evidence.element === null ? [] : [...evidence.element.properties.keys()];
      if (any(ofMethods, STRING_ONLY) && any(ofMethods, ARRAY_ONLY)) {
        found.add('string');
        arrays();
      } else if (evidence.isArray || parts.length > 0 || evidence.iterated || givesArray(evidence)) arrays();
      else if (keyNames.length === 1 && keyNames[0] === 'length') {
        found.add(
          evidence.element === null
            ? '{ length: number }'
            : `ArrayLike<${elementText(evidence.element, depth)}>`,
        );
      } else {
        found.add('string');
        // What only is asked whether it holds something may as well be a list.
        if (all(ofMethods, SEARCHED) && !evidence.searched && !evidence.returned) found.add('unknown[]');
        // What is read of it by number may be anything: so may it be a list.
        if (evidence.element !== null && members(evidence.element, depth - 1).length === 0) arrays();
      }
    } else if (all(ofMethods, NUMBER_ONLY)) found.add('number');
    else if (all(ofMethods, PATTERN_ONLY)) found.add('RegExp');
    else if (all(ofMethods, DATE_ONLY) && any(ofMethods, DATE_ONLY)) found.add('Date');
    else if (
      !(evidence.guards.has('function') || evidence.calls.length > 0) ||
      !all(ofMethods, FUNCTION_ONLY)
    ) {
      const own = keys.filter(([name]) => !(found.size > 0 && SHARED.has(name)) && !FUNCTION_ONLY.has(name));
      const strings =
        own.length > 0 && found.has('string') ? own.filter(([name]) => !STRING_ONLY.has(name)) : own;
      if (strings.length > 0) {
        found.add(objectText(strings, depth, optional || evidence.escapes));
        if (evidence.escapes) found.add('object');
      } else if (all(ofMethods, FUNCTION_ONLY)) found.add('(...args: never[]) => unknown');
    }
  } else if (evidence.isArray && ![...found].some((text) => isListText(text))) arrays();
  else if (keys.length === 0 && evidence.element !== null && found.size === 0) {
    if (evidence.iterated) arrays();
    else found.add(`ArrayLike<${elementText(evidence.element, depth)}>`);
  }

  if (evidence.calls.length > 0) {
    const text = callText(evidence, depth, true);
    if (![...found].some(isFunctionText)) found.add(evidence.constructed ? `new ${text}` : text);
  } else if (evidence.guards.has('function') && ![...found].some(isFunctionText)) {
    found.add('(...args: never[]) => unknown');
  }
  // A function is none of the objects that are asked for, or put in, beside it.
  const isAsked = ['object', '{}'].some((text) => evidence.wanted.has(text) || evidence.given.has(text));
  if (isAsked && found.size > 0 && [...found].every(isFunctionText)) found.add('object');
  const object = [...found].some((text) => /^(?:\{|object & \{|Record<|[A-Z])/.test(text));
  const isOpen = found.has('object') && isOnlyAsked(evidence, depth);
  if (evidence.entry !== null && !object && !isOpen && ![...found].some((text) => isListText(text))) {
    found.add(`Record<string, ${elementText(evidence.entry, depth)}>`);
  } else if (evidence.guards.has('object') && !object) found.add('object');
  if (evidence.arithmetic && found.size === 0) found.add('number');
  if (evidence.key && found.size === 0) return keyTexts(evidence);
  if (evidence.key && !found.has('number')) found.add('string');
  return [...found].filter((text) => text !== 'undefined' && text !== 'null');
}

export const withMissing = (
  texts: readonly string[],
  evidence: Pick<Evidence, 'nullable'>,
  missing: boolean,
): string => {
  const parts = new Set(texts.flatMap(splitUnion));
  if (evidence.nullable) parts.add('null');
  if (missing) parts.add('undefined');
  return unionText(parts);
};
