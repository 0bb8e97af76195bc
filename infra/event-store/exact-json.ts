import { InvalidAppend } from '../../domain/kernel/event-store.ts';

const MAX_DEPTH = 200;

/** Where a container stands. Its text is only made for an error: making it for every value cost as much as the check. */
type Place = Readonly<{ within: Place | null; name: string }>;

const pathOf = (place: Place, step = ''): string =>
  (place.within === null ? place.name : pathOf(place.within, place.name)) + step;

const refuse = (path: string, reason: string): never => {
  throw new InvalidAppend('INVALID_JSON', path, reason);
};

const LONE_SURROGATE = 'a lone surrogate has no UTF-8 form';

const checkString = (text: string, path: string): void => {
  if (!text.isWellFormed()) refuse(path, LONE_SURROGATE);
};

const checkValue = (value: unknown, place: Place, step: string | number, depth: number): void => {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) refuse(pathOf(place, stepText(step)), LONE_SURROGATE);
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(pathOf(place, stepText(step)), `${value} is not a JSON number`);
      return;
    case 'object':
      if (value !== null) checkContainer(value, { within: place, name: stepText(step) }, depth);
      return;
    default:
      refuse(pathOf(place, stepText(step)), `a value of type ${typeof value} is not JSON`);
  }
};

const stepText = (step: string | number): string => {
  if (typeof step === 'number') return `[${step}]`;
  return step === '' ? '' : `.${step}`;
};

const checkContainer = (value: object, place: Place, depth: number): void => {
  if (depth >= MAX_DEPTH) refuse(pathOf(place), `nested deeper than ${MAX_DEPTH}, or a cycle`);
  if (Array.isArray(value)) {
    // By index: a hole would be stored as null.
    for (let index = 0; index < value.length; index++) checkValue(value[index], place, index, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    refuse(pathOf(place), 'only plain objects and arrays are stored exactly');
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    if (!key.isWellFormed()) refuse(pathOf(place, ' key'), LONE_SURROGATE);
    checkValue(fields[key], place, key, depth + 1);
  }
};

/**
 * The JSON text of a value that `JSON.parse` gives back unchanged; anything else (undefined, NaN, bigint, Date, class
 * instances, lone surrogates) is refused instead of being rewritten (ES-04). -0 becomes 0, as in RFC 8785.
 */
export const exactJsonText = (value: unknown, path: string): string => {
  checkValue(value, { within: null, name: path }, '', 0);
  return JSON.stringify(value);
};

/** Checks text that is to be stored verbatim as JSON. */
export const checkJsonText = (text: string, path: string): string => {
  checkString(text, path);
  try {
    JSON.parse(text);
  } catch {
    refuse(path, 'is not JSON text');
  }
  return text;
};
