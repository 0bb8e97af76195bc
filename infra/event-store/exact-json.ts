import { InvalidAppend } from '../../domain/kernel/event-store.ts';

const MAX_DEPTH = 200;

const refuse = (path: string, reason: string): never => {
  throw new InvalidAppend('INVALID_JSON', path, reason);
};

const checkString = (text: string, path: string): void => {
  if (!text.isWellFormed()) refuse(path, 'a lone surrogate has no UTF-8 form');
};

const checkValue = (value: unknown, path: string, depth: number): void => {
  switch (typeof value) {
    case 'string':
      checkString(value, path);
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, `${value} is not a JSON number`);
      return;
    case 'object':
      if (value !== null) checkContainer(value, path, depth);
      return;
    default:
      refuse(path, `a value of type ${typeof value} is not JSON`);
  }
};

const checkContainer = (value: object, path: string, depth: number): void => {
  if (depth >= MAX_DEPTH) refuse(path, `nested deeper than ${MAX_DEPTH}, or a cycle`);
  if (Array.isArray(value)) {
    // By index: a hole would be stored as null.
    for (let index = 0; index < value.length; index++)
      checkValue(value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    refuse(path, 'only plain objects and arrays are stored exactly');
  for (const [key, item] of Object.entries(value)) {
    checkString(key, `${path} key`);
    checkValue(item, `${path}.${key}`, depth + 1);
  }
};

/**
 * The JSON text of a value that `JSON.parse` gives back unchanged; anything else (undefined, NaN, bigint, Date, class
 * instances, lone surrogates) is refused instead of being rewritten (ES-04). -0 becomes 0, as in RFC 8785.
 */
export const exactJsonText = (value: unknown, path: string): string => {
  checkValue(value, path, 0);
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
