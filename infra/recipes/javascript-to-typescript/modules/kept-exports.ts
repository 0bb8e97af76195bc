import type { Expression, Node } from 'estree';
import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { isReadyAt, stableBinding } from '../scopes/stable.ts';
import type { Edit } from '../syntax/edits.ts';
import { start } from '../syntax/nodes.ts';
import { type ExportContext, type ExportPlan, terminatorOf } from './export-plan.ts';
import type { ExportWrite } from './exports.ts';
import { moduleName, quoteKey } from './names.ts';
import { importType } from './typed-requires.ts';

/**
 * Leaves every assignment to the exports object where it is and adds one `export =` at the end that gives the same
 * object again, with a type. The emitted code differs from the source only by `module.exports = module.exports`.
 */
export function keepExports(context: ExportContext): ExportPlan {
  const { exports, module } = context;
  const edits: Edit[] = [];
  const left: Finding[] = [];
  const end = terminatorOf(module);
  const wholes = exports.writes.filter((write) => write.targets.some((target) => target.name === null));
  const [whole] = wholes;
  const done = (expression: string): ExportPlan => ({
    edits,
    left,
    tail: ['', ...`export = ${expression}${end}`.split('\n')],
    shape: 'KEPT',
  });
  if (exports.writes.length === 0 && exports.reads.length === 0 && exports.others.length === 0) {
    return done(context.cyclic || exports.topLevelThis.length > 0 ? 'module.exports' : '{}');
  }
  const unknown = wholes.length > 1 || (whole !== undefined && !runsOnce(whole)) || exports.others.length > 0;
  if (unknown) {
    left.push(
      at(
        module,
        wholes[0]?.assignment ?? exports.others[0] ?? module.program,
        'SURFACE_UNTYPED',
        'What the module exports is decided while it runs, so its surface stays untyped.',
      ),
    );
    return done('module.exports');
  }
  const base =
    whole === undefined ? null : typeOf(context, whole, edits, moduleName(module.path, context.packageName));
  const properties = propertyTypes(context, edits, left);
  const dynamic = exports.reads.some((read) => read.name === null && !isPlainRead(context, read.node));
  if (dynamic) {
    left.push(
      at(
        module,
        module.program,
        'SURFACE_PARTLY_UNTYPED',
        'Exports are also filled in by other code while the module runs.',
      ),
    );
  }
  if (whole !== undefined && properties.length === 0 && !dynamic) {
    if (base === null) return done('module.exports');
    const value = whole.value;
    if (value.type === 'CallExpression' && (base === 'any' || base.startsWith('typeof import('))) {
      return done(`${module.text.slice(start(value), value.range?.[1])} as ${base}`);
    }
    const name = /^typeof (.*)$/.exec(base)?.[1] ?? null;
    const binding = value.type === 'Identifier' ? stableBinding(module, value) : null;
    const isStable =
      value.type !== 'Identifier' || (binding !== null && isReadyAt(binding, start(whole.assignment)));
    return done(isStable && name !== null ? name : `module.exports as ${base}`);
  }
  const shape = `{${['', ...properties.map((line) => `  ${line};`)].join('\n')}\n}`;
  const parts = [base, properties.length === 0 ? null : shape, dynamic ? '{ [name: string]: any }' : null];
  const object =
    whole === undefined && exports.writes.every((write) => write.targets.every(isShort))
      ? 'exports'
      : 'module.exports';
  return done(`${object} as ${parts.filter((part) => part !== null).join(' & ')}`.trimEnd());
}

const isShort = (target: ExportWrite['targets'][number]): boolean => target.base === 'exports';

const isWhole = (target: ExportWrite['targets'][number]): boolean => target.name === null;

const runsOnce = (write: ExportWrite): boolean => write.place === 'STATEMENT' || write.place === 'DECLARATOR';

/** Reading the object to call, compare or return it gives nobody the chance to add to it. */
export const isPlainRead = (context: ExportContext, node: Node): boolean => {
  const parent = context.module.parentOf(node);
  return parent?.type === 'CallExpression' ? parent.callee === node : parent?.type === 'BinaryExpression';
};

/** One line `name: type` for every property of the exports object, in the order in which they come to be. */
const propertyTypes = (context: ExportContext, edits: Edit[], left: Finding[]): string[] => {
  const lines = new Map<string, string>();
  for (const write of context.exports.writes) {
    const names = write.targets.flatMap((target) => (target.name === null ? [] : [target.name])).reverse();
    if (names.length === 0) continue;
    const [wanted = 'value'] = names;
    const type = runsOnce(write) ? typeOf(context, write, edits, wanted) : null;
    for (const name of names) {
      if (lines.has(name) || type === null) {
        left.push(
          at(
            context.module,
            write.assignment,
            'EXPORT_UNTYPED',
            `The export "${name}" is written more than once or only perhaps; it stays untyped.`,
          ),
        );
      }
      const optional = runsOnce(write) ? '' : '?';
      lines.set(
        name,
        lines.has(name) || type === null ? `${quoteKey(name)}${optional}: any` : `${quoteKey(name)}: ${type}`,
      );
    }
  }
  return [...lines.values()];
};

/** A type that follows the value: by its own name, or by a constant put in front of the assignment. */
const typeOf = (context: ExportContext, write: ExportWrite, edits: Edit[], wanted: string): string | null => {
  const { module } = context;
  const value: Expression = write.value;
  if (value.type === 'Identifier') {
    const variable = module.variableOf(value);
    if (variable?.scope === module.moduleScope) return `typeof ${value.name}`;
  }
  // Nothing is in it yet; the properties that follow say it all.
  if (value.type === 'ObjectExpression' && value.properties.length === 0 && write.targets.every(isWhole))
    return null;
  if (
    value.type === 'Literal' &&
    value.value !== null &&
    ['string', 'number', 'boolean'].includes(typeof value.value)
  ) {
    return typeof value.value;
  }
  const [argument] = value.type === 'CallExpression' ? value.arguments : [];
  const callee = value.type === 'CallExpression' ? value.callee : null;
  const isRequire =
    value.type === 'CallExpression' &&
    callee?.type === 'Identifier' &&
    callee.name === 'require' &&
    module.variableOf(callee) === null;
  if (isRequire && argument?.type === 'Literal' && typeof argument.value === 'string') {
    if (!context.isTyped(argument.value)) return 'any';
    return importType(module, { call: value, specifier: argument.value }, context.inFull);
  }
  if (write.place === 'DECLARATOR') {
    const declarator = module.parentOf(write.assignment);
    return declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier'
      ? `typeof ${declarator.id.name}`
      : null;
  }
  const name = context.fresh(wanted);
  edits.push({ start: start(write.assignment), end: start(write.assignment), text: `const ${name} = ` });
  return `typeof ${name}`;
};
