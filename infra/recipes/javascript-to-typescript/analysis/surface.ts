import type { Node } from 'estree';
import { classCandidates } from '../classes/candidate.ts';
import { exportsOf } from '../modules/exports.ts';
import { childrenOf, isFunction, lineOf, propertyName, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/** What an export is, as far as the source says. CONSTRUCTOR is a function meant for `new`. */
export type ExportKind = 'FUNCTION' | 'CONSTRUCTOR' | 'CLASS' | 'OBJECT' | 'VALUE' | 'MODULE' | 'UNKNOWN';

export type ExportFact = Readonly<{
  /** `module.exports` itself is called `=`; ES modules have `default` instead. */
  name: string;
  kind: ExportKind;
  /** Names of the parameters of a function, or of a constructor; null for anything else. */
  parameters: readonly string[] | null;
  line: number;
  /** Set only under a condition, or later, while the program runs. */
  isPossible: boolean;
}>;

type Value = Readonly<{ kind: ExportKind; parameters: readonly string[] | null; node: Node | null }>;

/** The exports of a module that its source shows, in the order in which they are set. */
export function surfaceOf(module: ParsedModule): ExportFact[] {
  return module.goal === 'module' ? esSurface(module) : commonJsSurface(module);
}

const commonJsSurface = (module: ParsedModule): ExportFact[] => {
  const facts = new Map<string, ExportFact>();
  for (const write of exportsOf(module).writes) {
    const value = factOf(module, write.value);
    const isPossible = write.place === 'NESTED' || write.place === 'DEFERRED';
    for (const target of [...write.targets].reverse()) {
      const name = target.name ?? '=';
      facts.set(name, {
        name,
        kind: value.kind,
        parameters: value.parameters,
        line: lineOf(target.node),
        isPossible,
      });
      if (target.name === null)
        for (const member of membersOf(module, value.node, isPossible)) facts.set(member.name, member);
    }
  }
  for (const fact of propertiesSetOn(module, exportedName(module))) facts.set(fact.name, fact);
  return [...facts.values()];
};

/** Name of the binding that `module.exports` is set to. */
const exportedName = (module: ParsedModule): string | null => {
  const whole = exportsOf(module).writes.find((write) =>
    write.targets.some((target) => target.name === null),
  );
  return whole?.value.type === 'Identifier' ? whole.value.name : null;
};

/** `f.name = value` at the top level, where `f` is what the module exports. */
const propertiesSetOn = (module: ParsedModule, name: string | null): ExportFact[] =>
  module.program.body.flatMap((statement) => {
    if (
      name === null ||
      statement.type !== 'ExpressionStatement' ||
      statement.expression.type !== 'AssignmentExpression'
    )
      return [];
    const { left, right } = statement.expression;
    if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier' || left.object.name !== name)
      return [];
    const property = propertyName(left);
    if (property === null || property === 'prototype') return [];
    const value = factOf(module, right);
    return [
      {
        name: property,
        kind: value.kind,
        parameters: value.parameters,
        line: lineOf(left),
        isPossible: false,
      },
    ];
  });

const membersOf = (module: ParsedModule, node: Node | null, isPossible: boolean): ExportFact[] => {
  if (node?.type !== 'ObjectExpression') return [];
  return node.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.computed) return [];
    const name =
      property.key.type === 'Identifier'
        ? property.key.name
        : property.key.type === 'Literal'
          ? String(property.key.value)
          : null;
    if (name === null) return [];
    const value = factOf(module, property.value);
    return [{ name, kind: value.kind, parameters: value.parameters, line: lineOf(property), isPossible }];
  });
};

const esSurface = (module: ParsedModule): ExportFact[] => {
  const facts: ExportFact[] = [];
  const add = (name: string, node: Node, value: Node): void => {
    const known = factOf(module, value);
    facts.push({
      name,
      kind: known.kind,
      parameters: known.parameters,
      line: lineOf(node),
      isPossible: false,
    });
  };
  for (const node of module.program.body) {
    if (node.type === 'ExportDefaultDeclaration') {
      const [declaration] = childrenOf(node);
      if (declaration !== undefined) add('default', node, declaration);
    }
    if (node.type === 'ExportAllDeclaration') {
      facts.push({ name: '*', kind: 'MODULE', parameters: null, line: lineOf(node), isPossible: false });
    }
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const specifier of node.specifiers) {
      const name =
        specifier.exported.type === 'Identifier' ? specifier.exported.name : String(specifier.exported.value);
      add(name, specifier, specifier.local);
    }
    const declaration = node.declaration;
    if (declaration?.type === 'VariableDeclaration') {
      for (const one of declaration.declarations)
        if (one.id.type === 'Identifier') add(one.id.name, one, one.init ?? one.id);
    } else if (declaration != null) add(declaration.id.name, declaration, declaration);
  }
  return facts;
};

const parametersOf = (node: Node): string[] | null => {
  if (!isFunction(node)) return null;
  return node.params.map((parameter, index) => {
    if (parameter.type === 'Identifier') return parameter.name;
    if (parameter.type === 'AssignmentPattern' && parameter.left.type === 'Identifier')
      return parameter.left.name;
    if (parameter.type === 'RestElement' && parameter.argument.type === 'Identifier')
      return `...${parameter.argument.name}`;
    return `argument${index + 1}`;
  });
};

const factOf = (module: ParsedModule, node: Node): Value => {
  const plain = (kind: ExportKind): Value => ({ kind, parameters: null, node });
  if (isFunction(node)) {
    const isConstructor = isMeantForNew(module, node);
    return { kind: isConstructor ? 'CONSTRUCTOR' : 'FUNCTION', parameters: parametersOf(node), node };
  }
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression': {
      const made = node.body.body.find(
        (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
      );
      const parameters = made?.type === 'MethodDefinition' ? parametersOf(made.value) : [];
      return { kind: 'CLASS', parameters, node };
    }
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'NewExpression':
      return plain('OBJECT');
    case 'Literal':
    case 'TemplateLiteral':
    case 'UnaryExpression':
      return plain('VALUE');
    case 'CallExpression':
      return plain(
        node.callee.type === 'Identifier' && node.callee.name === 'require' ? 'MODULE' : 'UNKNOWN',
      );
    case 'Identifier': {
      const definition = module.variableOf(node)?.defs[0];
      if (definition === undefined) return plain('UNKNOWN');
      if (definition.type === 'FunctionName' || definition.type === 'ClassName')
        return factOf(module, definition.node);
      if (definition.type === 'ImportBinding') return plain('MODULE');
      if (
        definition.type !== 'Variable' ||
        definition.node.init == null ||
        definition.node.init.type === 'Identifier'
      )
        return plain('UNKNOWN');
      return definition.node.id.type === 'Identifier'
        ? factOf(module, definition.node.init)
        : plain('UNKNOWN');
    }
    default:
      return plain('UNKNOWN');
  }
};

const isMeantForNew = (module: ParsedModule, node: Node): boolean => {
  if (node.type !== 'FunctionDeclaration') return false;
  if (classCandidates(module).some((candidate) => candidate.declaration === node)) return true;
  let found = false;
  walk(node.body, (part) => {
    if (isFunction(part) && part.type !== 'ArrowFunctionExpression') return false;
    found ||=
      part.type === 'AssignmentExpression' &&
      part.left.type === 'MemberExpression' &&
      part.left.object.type === 'ThisExpression';
    return !found;
  });
  return found && /^[A-Z]/.test(node.id?.name ?? '');
};
