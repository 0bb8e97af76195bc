import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { isInert } from '../scopes/inert.ts';
import { start } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { exportsOf } from './exports.ts';
import { escapingRequires, requiresOf } from './requires.ts';

/** What keeps one CommonJS module from being the same program as an ES module; empty: nothing does. */
export function esmBlockers(module: ParsedModule, cyclic: boolean): Finding[] {
  const found: Finding[] = [];
  const add = (node: Parameters<typeof at>[1], code: string, reason: string): void => {
    found.push(at(module, node, code, reason));
  };
  if (module.goal === 'module') return found;
  for (const use of requiresOf(module)) {
    if (use.specifier === null) add(use.call, 'ESM_COMPUTED', 'The required name is computed at run time.');
    else if (use.form === 'LAZY' || use.form === 'CONDITIONAL') {
      add(
        use.call,
        'ESM_LAZY',
        `"${use.specifier}" is loaded late or only perhaps; an import always loads it first.`,
      );
    } else if (use.form === 'INLINE') {
      add(use.call, 'ESM_INLINE', `"${use.specifier}" is required inside of a larger expression.`);
    }
    // Imports run before everything else, so nothing may have happened before a require.
    const before = module.program.body.filter((node) => start(node) < start(use.call));
    if (!before.every((node) => isInert(module, node, { requires: true }))) {
      add(use.call, 'ESM_ORDER', 'Code runs before this require, and would run after it as an import.');
    }
  }
  if (cyclic)
    add(
      module.program,
      'ESM_CYCLE',
      'The module can be required again while it still loads, which ES modules resolve in another order.',
    );
  for (const node of escapingRequires(module)) add(node, 'ESM_REQUIRE', '"require" is used as a value.');
  for (const name of ['__filename', '__dirname', 'require']) {
    const [use] = module.globals.get(name) ?? [];
    const parent = use === undefined ? null : module.parentOf(use.identifier);
    const isCall = name === 'require' && parent?.type === 'CallExpression';
    const all = module.globals.get(name) ?? [];
    if (use !== undefined && !(isCall && all.length === requiresOf(module).length)) {
      add(use.identifier, 'ESM_WRAPPER', `"${name}" exists only in CommonJS.`);
    }
  }
  const exports = exportsOf(module);
  const moduleUses = (module.globals.get('module') ?? []).length;
  const asExports = [...exports.writes.flatMap((write) => write.targets), ...exports.reads].filter(
    (use) => use.base === 'module.exports',
  ).length;
  if (moduleUses !== asExports)
    add(module.program, 'ESM_MODULE', '"module" is used for more than its exports.');
  for (const node of exports.others)
    add(node, 'ESM_EXPORTS', 'The exports are changed in a way that exports of an ES module cannot be.');
  for (const node of exports.topLevelThis)
    add(node, 'ESM_THIS', 'At the top level "this" is the exports object, and undefined in an ES module.');
  return found;
}
