import fc from 'fast-check';
import type { Json, Schema } from './operations.ts';

/** Lists longer than this only make bodies that are hard to read. */
const LIST = 3;
const TEXT = 24;

/** Words that mean something in the world of a run; `{{name:3}}` becomes the fourth of them when it is sent. */
export type Known = ReadonlySet<string>;

export const placeholder = (name: string): fc.Arbitrary<string> =>
  fc.nat({ max: 11 }).map((index) => `{{${name}:${index}}}`);

const dates = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});

const texts = ({ pattern, format, minLength = 0, maxLength = TEXT }: Schema): fc.Arbitrary<string> => {
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return dates.map((date) => date.toISOString());
  if (format === 'date') return dates.map((date) => date.toISOString().slice(0, 10));
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + TEXT) });
};

const integers = ({ minimum, maximum }: Schema): fc.Arbitrary<number> => {
  const min = Math.max(minimum ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
  const max = Math.min(maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const near = fc.integer({ min: Math.max(min, 0), max: Math.max(min, Math.min(max, 100)) });
  return fc.oneof(
    near,
    fc.constantFrom(min, max),
    fc.maxSafeInteger().map((n) => Math.min(max, Math.max(min, n))),
  );
};

const objects = (schema: Schema, known: Known): fc.Arbitrary<Json> => {
  const { properties = {}, required = [], additionalProperties } = schema;
  const named = fc.record<Record<string, Json>>(
    Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valuesOf(each, known, name)])),
    { requiredKeys: [...required] },
  );
  if (typeof additionalProperties !== 'object' || Object.keys(properties).length > 0) return named;
  const keys = schema.propertyNames === undefined ? fc.string() : texts(schema.propertyNames);
  return fc.dictionary(keys, valuesOf(additionalProperties, known), { maxKeys: LIST });
};

/** Anything that JSON can say, small. */
const anything: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 2 },
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('json'), { maxLength: LIST }),
    fc.dictionary(fc.string(), tie('json'), { maxKeys: LIST }),
  ),
})).json;

/** Values that a schema allows; a text whose name the world knows is mostly one of its words. */
export const valuesOf = (schema: Schema, known: Known, name = ''): fc.Arbitrary<Json> => {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((each) => valuesOf(each, known, name)));
  const { type } = schema;
  if (typeof type === 'object')
    return fc.oneof(...type.map((each) => valuesOf({ ...schema, type: each }, known, name)));
  switch (type) {
    case 'string': {
      if (!known.has(name)) return texts(schema);
      return fc.oneof({ weight: 4, arbitrary: placeholder(name) }, { weight: 1, arbitrary: texts(schema) });
    }
    case 'integer':
      return integers(schema);
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = LIST } = schema;
      const maxLength = Math.max(minItems, Math.min(maxItems, LIST));
      return fc.array(valuesOf(items, known, name), { minLength: minItems, maxLength });
    }
    case 'object':
      return objects(schema, known);
    default:
      return anything;
  }
};
