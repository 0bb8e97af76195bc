import type { CallExpression, Node } from 'estree';
import type { Finding, RecipeOptions } from '../recipe.ts';
import { escapingRequires } from './modules/requires.ts';
import { at } from './project/project.ts';
import { isSettledBy, strictModeHazards } from './strictness.ts';
import { readDifferently } from './syntax/emit.ts';
import { end, propertyName, start, walk } from './syntax/nodes.ts';
import type { ParsedModule } from './syntax/parse.ts';

/**
 * Everything that keeps a module from becoming TypeScript that emits the same program, but for the differences that are accepted;
 * empty: nothing does.
 */
export function conversionHazards(
  module: ParsedModule,
  accepted: NonNullable<RecipeOptions['accepted']> = [],
): Finding[] {
  const hazards: Finding[] = [];
  walk(module.program, (node) => {
    if (node.type === 'WithStatement') {
      hazards.push(
        at(module, node, 'WITH_STATEMENT', 'Inside "with", names mean something else on every run.'),
      );
    }
    if (node.type === 'VariableDeclaration' && /using$/.test(node.kind)) {
      hazards.push(
        at(
          module,
          node,
          'USING_DECLARATION',
          'TypeScript writes "using" anew for the editions that it emits, and what cannot be disposed of fails with another error then.',
        ),
      );
    }
    if (node.type === 'Identifier' && end(node) - start(node) !== node.name.length) {
      hazards.push(
        at(
          module,
          node,
          'ESCAPED_NAME',
          `"${node.name}" is written with an escape; names are compared as they are written.`,
        ),
      );
    }
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval') {
      hazards.push(
        at(
          module,
          node,
          'EVAL',
          'Code given to eval can read and change local names, so no renaming or scoping is safe.',
        ),
      );
    }
    const isFunctionMaker =
      (node.type === 'NewExpression' || node.type === 'CallExpression') &&
      node.callee.type === 'Identifier' &&
      node.callee.name === 'Function' &&
      module.variableOf(node.callee) === null;
    if (isFunctionMaker)
      hazards.push(at(module, node, 'NEW_FUNCTION', 'Code is built from text while the program runs.'));
    if (node.type === 'CallExpression' && fixesExports(module, node)) {
      hazards.push(
        at(
          module,
          node,
          'EXPORTS_FIXED',
          'What "module" exports is made read-only or computed here; TypeScript assigns it at the end, which would throw.',
        ),
      );
    }
    if (node.type === 'ReturnStatement' && isTopLevel(module, node)) {
      hazards.push(
        at(module, node, 'TOP_LEVEL_RETURN', 'TypeScript does not allow "return" outside of a function.'),
      );
    }
    return undefined;
  });
  if (module.globals.has('define') && /\bdefine\.amd\b/.test(module.text)) {
    hazards.push(
      at(
        module,
        module.program,
        'UMD_WRAPPER',
        'The file chooses its module system while it runs (AMD or UMD wrapper).',
      ),
    );
  }
  if (/\b__esModule\b/.test(module.text) && module.goal === 'commonjs') {
    hazards.push(
      at(
        module,
        module.program,
        'COMPILED_OUTPUT',
        'The file was compiled from ES modules; its own source is what should be converted.',
      ),
    );
  }
  for (const use of escapingRequires(module)) {
    hazards.push(
      at(
        module,
        use,
        'REQUIRE_ESCAPES',
        '"require" is handed on as a value, so what gets loaded is not known.',
      ),
    );
  }
  hazards.push(...strictModeHazards(module).filter((hazard) => !isSettledBy(accepted, hazard)));
  if (hazards.length === 0) {
    const difference = readDifferently(module.path, module.text, module.goal);
    if (difference !== null)
      hazards.push({
        ...at(module, module.program, 'TYPESCRIPT_READS_DIFFERENTLY', difference.reason),
        ...(difference.line === null ? {} : { line: difference.line }),
      });
  }
  return hazards;
}

/** `Object.defineProperty(module, 'exports', ...)`, `Object.freeze(module)` and their kin. */
const fixesExports = (module: ParsedModule, call: CallExpression): boolean => {
  const { callee } = call;
  if (callee.type !== 'MemberExpression') return false;
  const isModule = (node: Node | undefined): boolean =>
    node?.type === 'Identifier' && node.name === 'module' && module.variableOf(node) === null;
  if (isModule(callee.object)) return /^__define[GS]etter__$/.test(propertyName(callee) ?? '');
  const owner = callee.object.type === 'Identifier' ? callee.object.name : '';
  return (owner === 'Object' || owner === 'Reflect') && isModule(call.arguments[0]);
};

const isTopLevel = (module: ParsedModule, node: Parameters<ParsedModule['parentOf']>[0]): boolean => {
  for (let up = module.parentOf(node); up !== null; up = module.parentOf(up)) {
    if (
      up.type === 'FunctionDeclaration' ||
      up.type === 'FunctionExpression' ||
      up.type === 'ArrowFunctionExpression'
    ) {
      return false;
    }
  }
  return true;
};
