import type { MemberExpression, Node, Property } from 'estree';
import { propertyName, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

type Properties = Readonly<{
  given: Map<string | null, Node[]>;
  named: Map<string | null, MemberExpression[]>;
}>;

/** Asked for at every write of a file; a file is walked once. */
const known = new WeakMap<ParsedModule, Properties>();

/** What the file gives any object as the property of this name, in literals and assignments. */
export const valuesGiven = (module: ParsedModule, name: string): readonly Node[] =>
  propertiesOf(module).given.get(name) ?? [];

/** Every `object.name` of the file. */
export const membersNamed = (module: ParsedModule, name: string | null): readonly MemberExpression[] =>
  propertiesOf(module).named.get(name) ?? [];

/** The key of a property of a literal; null where it is computed. */
export const keyOf = (property: Property): string | null => {
  if (property.computed) return null;
  if (property.key.type === 'Identifier') return property.key.name;
  return property.key.type === 'Literal' ? String(property.key.value) : null;
};

/** Whether a property of the object that the node stands for is written or deleted right here. */
export const isChanged = (module: ParsedModule, node: Node): boolean => {
  const member = module.parentOf(node);
  if (member?.type !== 'MemberExpression' || member.object !== node) return false;
  const user = module.parentOf(member);
  if (user?.type === 'AssignmentExpression') return user.left === member;
  if (user?.type === 'UnaryExpression') return user.operator === 'delete';
  return user?.type === 'UpdateExpression' || isPatternPart(user);
};

const isPatternPart = (node: Node | null | undefined): boolean =>
  node !== null &&
  node !== undefined &&
  ['ArrayPattern', 'AssignmentPattern', 'RestElement', 'ForInStatement', 'ForOfStatement'].includes(
    node.type,
  );

const propertiesOf = (module: ParsedModule): Properties => {
  const found = known.get(module) ?? read(module);
  known.set(module, found);
  return found;
};

const read = (module: ParsedModule): Properties => {
  const given = new Map<string | null, Node[]>();
  const named = new Map<string | null, MemberExpression[]>();
  const add = <T>(map: Map<string | null, T[]>, name: string | null, value: T): void => {
    const values = map.get(name) ?? [];
    values.push(value);
    map.set(name, values);
  };
  walk(module.program, (node) => {
    if (node.type === 'Property' && module.parentOf(node)?.type === 'ObjectExpression')
      add(given, keyOf(node), node.value);
    if (node.type === 'MemberExpression') add(named, propertyName(node), node);
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression')
      add(given, propertyName(node.left), node.right);
    return undefined;
  });
  return { given, named };
};
