import type { Node } from 'estree';
import { type FunctionNode, isFunction, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { valuesOf } from './made.ts';
import { valuesGiven } from './properties.ts';

/** The functions of this file that the expression can be; null where it may be another. */
export const functionsOf = (module: ParsedModule, node: Node): readonly FunctionNode[] | null => {
  if (isFunction(node)) return [node];
  if (node.type !== 'Identifier') return null;
  const variable = module.variableOf(node);
  const values = variable === null ? null : valuesOf(module, variable);
  return values !== null && values.length > 0 && values.every(isFunction) ? values : null;
};

/** No place of the file gives a property of this name anything but a function of its own that asks for no `this`. */
export const isOnlyOwn = (module: ParsedModule, name: string): boolean =>
  valuesGiven(module, name).every((value) => {
    const functions = functionsOf(module, value);
    return functions !== null && !functions.some(usesThis);
  });

export const usesThis = (fn: FunctionNode): boolean => mentions(fn, (node) => node.type === 'ThisExpression');

export const usesArguments = (fn: FunctionNode): boolean =>
  mentions(fn, (node) => node.type === 'Identifier' && node.name === 'arguments');

const mentions = (fn: FunctionNode, test: (node: Node) => boolean): boolean => {
  let found = false;
  walk(fn, (node) => {
    found ||= test(node);
    return !found;
  });
  return found;
};

/** The function reads no more than its first `count` arguments. */
export const takesUpTo =
  (count: number) =>
  (fn: FunctionNode): boolean =>
    fn.params.length <= count && fn.params.at(-1)?.type !== 'RestElement' && !usesArguments(fn);
