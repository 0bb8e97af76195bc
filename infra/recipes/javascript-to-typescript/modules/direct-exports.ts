import type { Expression, Identifier } from 'estree';
import { at } from '../project/project.ts';
import { isInert } from '../scopes/inert.ts';
import { isReadyAt, isUnshadowed, type StableBinding, stableBinding } from '../scopes/stable.ts';
import { type Edit, lineBreakOf } from '../syntax/edits.ts';
import { end, isFunction, propertyName, start, walk } from '../syntax/nodes.ts';
import { type ExportContext, type ExportPlan, terminatorOf } from './export-plan.ts';
import type { ExportRead, ExportWrite } from './exports.ts';
import { isPlainRead } from './kept-exports.ts';
import { isMovableToEnd } from './movable.ts';
import { moduleName, quoteKey } from './names.ts';

/**
 * Replaces the assignments by `export =` where that is the same program. TypeScript emits `module.exports = value` for it
 * at the END of the file, so the value must be the same there and nobody may look before. Null: not provable, keep them.
 */
export function directExports(context: ExportContext): ExportPlan | null {
  const { exports, cyclic } = context;
  if (cyclic || exports.others.length > 0 || exports.topLevelThis.length > 0) return null;
  if (exports.writes.some((write) => write.place !== 'STATEMENT' || write.mixed)) return null;
  const wholes = exports.writes.filter((write) => write.targets.some((target) => target.name === null));
  const [whole] = wholes;
  if (wholes.length > 1) return null;
  if (whole === undefined) return exports.writes.length === 0 ? null : collectedProperties(context);
  if (whole.targets.some((target) => target.name !== null)) return null;
  // `exports` alone names the old object once `module.exports` is another one.
  const followsExports = whole.targets.some((target) => target.base === 'exports');
  if (!whole.targets.some((target) => target.base === 'module.exports')) return null;
  const rest = exports.writes.filter((write) => write !== whole);
  const names = [...rest.flatMap((write) => write.targets), ...exports.reads];
  if (!followsExports && names.some((use) => use.base === 'exports')) return null;
  return whole.value.type === 'Identifier'
    ? namedValue(context, whole, whole.value, rest)
    : rest.length === 0 && exports.reads.length === 0
      ? anonymousValue(context, whole)
      : null;
}

const namedValue = (
  context: ExportContext,
  whole: ExportWrite,
  value: Identifier,
  rest: readonly ExportWrite[],
): ExportPlan | null => {
  const { module, exports } = context;
  const binding = stableBinding(module, value);
  if (binding === null || !isReadyAt(binding, start(whole.assignment))) return null;
  const isReadByName = rest.length > 0 || exports.reads.length > 0;
  if (isReadByName && !isUnshadowed(module, value.name)) return null;
  if (rest.length > 0 && !takesProperties(binding)) return null;
  const early = [
    ...rest.map((write) => write.assignment),
    ...exports.reads.filter((read) => !read.deferred).map((read) => read.node),
  ];
  if (early.some((node) => start(node) < start(whole.assignment))) return null;
  // A function called while the module still loads would have seen what `module.exports` was before.
  const sawOld =
    exports.reads.some((read) => read.deferred) && !isInertUpTo(context, start(whole.assignment));
  if (sawOld) return null;
  const edits: Edit[] = [exportEquals(context, whole)];
  for (const target of rest.flatMap((write) => write.targets)) {
    if (target.node.type !== 'MemberExpression') return null;
    edits.push({ start: start(target.node.object), end: end(target.node.object), text: value.name });
  }
  for (const read of exports.reads) edits.push(replaceRead(read, value.name));
  const filled = exports.reads.find((read) => read.name === null && !isPlainRead(context, read.node));
  if (filled === undefined) return { edits, tail: [], left: [], shape: 'DIRECT' };
  const open = ` as typeof ${value.name} & { [name: string]: any }`;
  edits.push({ start: end(value), end: end(value), text: open });
  const reason = 'Other code is given the exports and may add to them while the module loads.';
  return {
    edits,
    tail: [],
    left: [at(module, filled.node, 'SURFACE_PARTLY_UNTYPED', reason)],
    shape: 'DIRECT',
  };
};

/** TypeScript follows `f.name = value` for function declarations and for constants that hold a function. */
const takesProperties = (binding: StableBinding): boolean => {
  if (binding.kind === 'FUNCTION') return true;
  const init = binding.node.type === 'VariableDeclarator' ? binding.node.init : null;
  return binding.isDeclaredConstant && init != null && isFunction(init);
};

const replaceRead = (read: ExportRead, name: string): Edit => {
  const node = read.name !== null && read.node.type === 'MemberExpression' ? read.node.object : read.node;
  return { start: start(node), end: end(node), text: name };
};

const isInertUpTo = ({ module }: ExportContext, position: number): boolean =>
  module.program.body
    .filter((node) => start(node) < position)
    .every((node) => isInert(module, node, { requires: true }));

const anonymousValue = (context: ExportContext, whole: ExportWrite): ExportPlan | null => {
  if (!isMovableToEnd(context.module, [whole.value], end(whole.statement))) return null;
  return { edits: [exportEquals(context, whole)], tail: [], left: [], shape: 'DIRECT' };
};

/** Turns `module.exports =`, and a chain of such targets, into `export =`; parentheses and comments of the value stay. */
const exportEquals = ({ module }: ExportContext, whole: ExportWrite): Edit => {
  const innermost = whole.targets.at(-1)?.node ?? whole.assignment.left;
  return {
    start: start(whole.assignment),
    end: module.text.indexOf('=', end(innermost)) + 1,
    text: 'export =',
  };
};

/** Only `exports.name = value` statements, one right after the other: the same object as one literal. */
const collectedProperties = (context: ExportContext): ExportPlan | null => {
  const { module, exports } = context;
  const first = exports.writes[0];
  const last = exports.writes.at(-1);
  if (first === undefined || last === undefined) return null;
  for (const [index, write] of exports.writes.entries()) {
    const next = exports.writes[index + 1];
    if (next !== undefined && module.text.slice(end(write.statement), start(next.statement)).trim() !== '')
      return null;
  }
  const members = membersOf(context);
  if (members === null) return null;
  const terminator = module.text[end(last.statement) - 1] === ';' ? ';' : '';
  const eol = lineBreakOf(module.text);
  const literal = ['{', ...members.map((member) => `  ${member},`), '}'].join(eol);
  const range = { start: start(first.statement), end: end(last.statement) };
  if (exports.reads.length === 0) {
    const values = exports.writes.map((write) => write.value);
    if (!isMovableToEnd(module, values, range.end)) return null;
    return {
      edits: [{ ...range, text: `export = ${literal}${terminator}` }],
      tail: [],
      left: [],
      shape: 'DIRECT',
    };
  }
  if (
    !isInertUpTo(context, range.start) ||
    exports.reads.some(
      (read) => start(read.node) < range.end && (!read.deferred || start(read.node) > range.start),
    )
  )
    return null;
  if (exports.writes.some((write) => !isInert(module, write.value, { requires: true }))) return null;
  const name = context.fresh(moduleName(module.path, context.packageName));
  const text = `const ${name} = ${literal}${terminator}${eol}${eol}export = ${name}${terminatorOf(module)}`;
  const edits = [{ ...range, text }, ...exports.reads.map((read) => replaceRead(read, name))];
  return { edits, tail: [], left: [], shape: 'DIRECT' };
};

/** One step further in, as a member of a literal; text that spans lines inside of a string stays as it is. */
const indented = (value: Expression, text: string): string => {
  let isFixed = false;
  walk(value, (node) => {
    isFixed ||=
      (node.type === 'TemplateElement' && node.value.raw.includes('\n')) ||
      (node.type === 'Literal' && node.raw?.includes('\n') === true);
    return undefined;
  });
  return isFixed ? text : text.replace(/\n(?=[^\r\n])/g, '\n  ');
};

/** `name` or `name: value` for each export, in the order in which the keys come to be; null where a literal differs. */
const membersOf = ({ exports, render }: ExportContext): string[] | null => {
  const members = new Map<string, string>();
  for (const write of exports.writes) {
    const value = write.value;
    // In a literal these would take the name of their key.
    const wouldBeNamed = isFunction(value) || value.type === 'ClassExpression';
    if (wouldBeNamed && !('id' in value && value.id != null)) return null;
    if (write.targets.length > 1 && value.type !== 'Identifier') return null;
    if (
      exports.reads.some(
        (read) => start(read.node) >= start(value) && end(read.node) <= end(value) && !read.deferred,
      )
    )
      return null;
    // In a chain the innermost assignment happens first.
    for (const target of [...write.targets].reverse()) {
      const name = target.node.type === 'MemberExpression' ? propertyName(target.node) : null;
      if (name === null || members.has(name) || /^\d/.test(name)) return null;
      members.set(
        name,
        value.type === 'Identifier' && value.name === name
          ? name
          : `${quoteKey(name)}: ${indented(value, render(value))}`,
      );
    }
  }
  return [...members.values()];
};
