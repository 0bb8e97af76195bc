import ts from 'typescript';

/**
 * What a value may be, as JSON: the name of a primitive type, a literal, a list of one shape, an object whose optional names
 * end in `?` (`*`: any name), or one of several.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'json'
  | Readonly<{ is: string | number | boolean }>
  | Readonly<{ list: Shape }>
  | Readonly<{ object: Readonly<Record<string, Shape>> }>
  | Readonly<{ oneOf: readonly Shape[] }>;

const PRIMITIVES: readonly (readonly [ts.TypeFlags, Shape])[] = [
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.Boolean, 'boolean'],
  [ts.TypeFlags.Null, 'null'],
];

const textOf = (shape: Shape): string => JSON.stringify(shape);

/** In one order, whatever the order in which the compiler met the members; `true | false` is a boolean. */
const oneOf = (members: readonly Shape[]): Shape => {
  const texts = new Set(members.map(textOf));
  const both = [{ is: true }, { is: false }].map(textOf);
  const isBoolean = both.every((text) => texts.has(text));
  if (isBoolean) for (const text of both) texts.delete(text);
  const all: Shape[] = [...texts].sort().map((text) => JSON.parse(text));
  if (isBoolean) all.push('boolean');
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : { oneOf: all };
};

const objectShape = (checker: ts.TypeChecker, type: ts.Type): Shape => {
  const named = type.getProperties().map((property): [string, Shape] => {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    return [`${property.name}${isOptional ? '?' : ''}`, shapeOf(checker, checker.getTypeOfSymbol(property))];
  });
  const index = type.getStringIndexType();
  const all = index === undefined ? named : [...named, ['*', shapeOf(checker, index)] as const];
  return { object: Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1))) };
};

/** The shape of a type of events' data. Throws on what JSON does not hold. */
export const shapeOf = (checker: ts.TypeChecker, type: ts.Type): Shape => {
  if (type.aliasSymbol?.name === 'Json') return 'json';
  const primitive = PRIMITIVES.find(([flag]) => (type.flags & flag) !== 0)?.[1];
  if (primitive !== undefined) return primitive;
  if (type.isStringLiteral() || type.isNumberLiteral()) return { is: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { is: checker.typeToString(type) === 'true' };
  if (type.isUnion()) {
    const present = type.types.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
    return oneOf(present.map((member) => shapeOf(checker, member)));
  }
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    if (item !== undefined) return { list: shapeOf(checker, item) };
  }
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return objectShape(checker, type);
  throw new Error(`${checker.typeToString(type)} is not JSON`);
};

/** Whether a value has the shape; names beside those of the shape are one too many. */
export const fits = (shape: Shape, value: unknown): boolean => {
  if (shape === 'json') return value !== undefined;
  if (shape === 'null') return value === null;
  if (typeof shape === 'string') return typeof value === shape;
  if ('is' in shape) return value === shape.is;
  if ('oneOf' in shape) return shape.oneOf.some((member) => fits(member, value));
  if ('list' in shape) return Array.isArray(value) && value.every((item) => fits(shape.list, item));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { '*': others, ...named } = shape.object;
  const wanted = Object.entries(named).map(([name, of]) => {
    const isOptional = name.endsWith('?');
    return { name: isOptional ? name.slice(0, -1) : name, of, isOptional };
  });
  const known = new Set(wanted.map(({ name }) => name));
  return (
    wanted.every(({ name, of, isOptional }) =>
      Object.hasOwn(value, name)
        ? fits(of, Object.entries(value).find(([key]) => key === name)?.[1])
        : isOptional,
    ) &&
    Object.entries(value).every(([name, of]) => known.has(name) || (others !== undefined && fits(others, of)))
  );
};

/** The most or the least that the shape can hold: every optional name and one item of each list, or none. */
export const sampleOf = (shape: Shape, much: boolean): unknown => {
  switch (shape) {
    case 'string':
      return 'a text';
    case 'number':
      return 7;
    case 'boolean':
      return much;
    case 'null':
      return null;
    case 'json':
      return much ? { a: [1, 'b'] } : null;
    default:
  }
  if ('is' in shape) return shape.is;
  if ('oneOf' in shape) {
    const members = shape.oneOf.filter((member) => (member === 'null') !== much);
    return sampleOf((much ? members.at(-1) : members[0]) ?? shape.oneOf[0] ?? 'null', much);
  }
  if ('list' in shape) return much ? [sampleOf(shape.list, much)] : [];
  return Object.fromEntries(
    Object.entries(shape.object).flatMap(([name, of]) => {
      if (name === '*') return much ? [['a name', sampleOf(of, much)]] : [];
      if (!name.endsWith('?')) return [[name, sampleOf(of, much)]];
      return much ? [[name.slice(0, -1), sampleOf(of, much)]] : [];
    }),
  );
};
