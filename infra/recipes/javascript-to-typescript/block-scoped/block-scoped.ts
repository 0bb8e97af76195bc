import type { Identifier, Node, Pattern, VariableDeclaration } from 'estree';
import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { applyEdits, type Edit } from '../syntax/edits.ts';
import { contains, isFunction, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule, Use } from '../syntax/parse.ts';
import { blockScopeHazard, type Declared, type Hazard, regionOf } from './hazards.ts';

export type BlockScoped = Readonly<{ text: string; applied: number; left: readonly Finding[] }>;

/**
 * Turns `var` into `const` or `let` wherever no run of the program can tell the difference, and says why for the rest.
 * A declaration changes as a whole or not at all, so that nothing else of the line has to.
 */
export function blockScope(module: ParsedModule, cyclic: boolean): BlockScoped {
  const edits: Edit[] = [];
  const left: Finding[] = [];
  for (const declaration of varDeclarations(module)) {
    const repeated = repeatsParameter(module, declaration);
    if (repeated !== null) {
      edits.push(repeated);
      continue;
    }
    const declared = declaredBy(module, declaration);
    const hazard =
      declared === null
        ? { code: 'VAR_NOT_IN_BLOCK', reason: 'The declaration is the whole body of a statement.' }
        : firstHazard(module, declared, cyclic);
    if (hazard !== null || declared === null) {
      left.push(at(module, declaration, hazard?.code ?? '', hazard?.reason ?? ''));
      continue;
    }
    const begin = start(declaration);
    edits.push({ start: begin, end: begin + 'var'.length, text: keywordFor(module, declaration, declared) });
  }
  return { text: applyEdits(module.text, edits), applied: edits.length, left };
}

const varDeclarations = (module: ParsedModule): VariableDeclaration[] => {
  const found: VariableDeclaration[] = [];
  walk(module.program, (node) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') found.push(node);
    return undefined;
  });
  return found;
};

/** `var options = options || {}` of a parameter declares nothing: it assigns, and is written as that. */
const repeatsParameter = (module: ParsedModule, declaration: VariableDeclaration): Edit | null => {
  const [only] = declaration.declarations;
  if (declaration.declarations.length !== 1 || only?.id.type !== 'Identifier' || only.init == null)
    return null;
  const variable = module.variableOf(only.id);
  const kinds = new Set(variable?.defs.map(({ type }) => type));
  const fn = variable?.scope.block;
  const isPlain =
    fn !== undefined && isFunction(fn) && fn.params.every((parameter) => parameter.type === 'Identifier');
  if (!isPlain || kinds.size !== 2 || !kinds.has('Parameter') || !kinds.has('Variable')) return null;
  const edit = { start: start(declaration), end: start(only), text: '' };
  const isStatement = module.parentOf(declaration)?.type === 'BlockStatement';
  return isStatement && /^var\s+$/.test(module.text.slice(edit.start, edit.end)) ? edit : null;
};

const namesIn = (pattern: Pattern): Identifier[] => {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'Property' ? property.value : property.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
};

const declaredBy = (module: ParsedModule, declaration: VariableDeclaration): Declared[] | null => {
  const region = regionOf(module, declaration);
  if (region === null) return null;
  return declaration.declarations.flatMap((declarator) =>
    namesIn(declarator.id).flatMap((name) => {
      const variable = module.variableOf(name);
      return variable === null ? [] : [{ declaration, declarator, variable, region }];
    }),
  );
};

const usesIn = (module: ParsedModule, declared: Declared): Use[] =>
  module.usesOf(declared.variable).filter((use) => contains(declared.region, use.identifier));

const firstHazard = (module: ParsedModule, declared: readonly Declared[], cyclic: boolean): Hazard | null => {
  for (const one of declared) {
    const siblings = siblingsOf(module, one);
    if (siblings === null) {
      return {
        code: 'VAR_REDECLARED',
        reason: `"${one.variable.name}" is declared more than once, and the declarations overlap.`,
      };
    }
    const outside = module
      .usesOf(one.variable)
      .some((use) => ![one, ...siblings].some((place) => contains(place.region, use.identifier)));
    if (outside) {
      return {
        code: 'VAR_USED_OUTSIDE',
        reason: `"${one.variable.name}" is used outside of the block that declares it.`,
      };
    }
    // What another declaration of the name reads must not be what this one left behind.
    for (const place of [one, ...siblings]) {
      const hazard = blockScopeHazard(module, place, usesIn(module, place), {
        shared: siblings.length > 0,
        cyclic,
      });
      if (hazard !== null) return hazard;
    }
  }
  return null;
};

/** The other declarations of the same variable; null where their scopes meet or one of them is no plain `var`. */
const siblingsOf = (module: ParsedModule, one: Declared): Declared[] | null => {
  const places: Declared[] = [];
  for (const definition of one.variable.defs) {
    if (definition.type !== 'Variable' || definition.parent?.type !== 'VariableDeclaration') return null;
    const region = regionOf(module, definition.parent);
    if (region === null) return null;
    const scope = scopeOf(module, region);
    const meets = places.some((place) => {
      const other = scopeOf(module, place.region);
      return contains(scope, other) || contains(other, scope);
    });
    if (meets) return null;
    places.push({
      declaration: definition.parent,
      declarator: definition.node,
      variable: one.variable,
      region,
    });
  }
  return places.filter((place) => place.declarator !== one.declarator);
};

/** The cases of one switch are one scope. */
const scopeOf = (module: ParsedModule, region: Node): Node =>
  region.type === 'SwitchCase' ? (module.parentOf(region) ?? region) : region;

const keywordFor = (
  module: ParsedModule,
  declaration: VariableDeclaration,
  declared: readonly Declared[],
): 'const' | 'let' => {
  const isEach = declared.some(
    (one) => one.region.type === 'ForInStatement' || one.region.type === 'ForOfStatement',
  );
  const allSet = isEach || declaration.declarations.every((declarator) => declarator.init != null);
  const constant = declared.every((one) =>
    usesIn(module, one).every(
      (use) => !use.writes || use.initialises || (isEach && contains(one.declarator, use.identifier)),
    ),
  );
  return allSet && constant && declared.length > 0 ? 'const' : 'let';
};
