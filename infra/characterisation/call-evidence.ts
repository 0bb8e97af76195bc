/** What calls say about receivers and arguments, in these sources and of the standard library. */
import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import {
  ARRAY_METHODS,
  BUILT_IN_CLASSES,
  DATE_METHODS,
  EITHER_METHODS,
  NUMBER_METHODS,
  type Profile,
  REGEXP_METHODS,
  STRING_METHODS,
} from './profile.ts';
import { accessName, bare, isAccess, isFunctionNode } from './program.ts';

const ITERATING = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap']);
/** They are given a function whatever it is called where it comes from. */
const LISTENING = new Set(['on', 'once', 'addListener', 'addEventListener', 'prependListener']);
const TELLING = new Set([
  ...LISTENING,
  'emit',
  'removeListener',
  'removeAllListeners',
  'listeners',
  'listenerCount',
]);
const GOING_THROUGH = new Set([
  'Array.from',
  'Array.fromAsync',
  'Promise.all',
  'Promise.allSettled',
  'Promise.any',
  'Promise.race',
  'Object.fromEntries',
]);
const COLLECTIONS = new Set(['Map', 'Set']);
const NUMERIC_CALLS = new Set(['isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Number']);

export function createCallReader(evidence: Evidence): (node: ts.CallExpression | ts.NewExpression) => void {
  const { bindPattern, denote, flow, mark, program, reader, symbolProfile } = evidence;

  function visitCall(node: ts.CallExpression | ts.NewExpression): void {
    const args = node.arguments ?? [];
    const callee = reader.callee(node.expression);
    if (callee !== null) linkArguments(callee, args);
    const method = accessName(node.expression);
    const [first] = args;
    if (method !== null && isAccess(node.expression)) {
      visitMethod(node.expression.expression, method, args);
    } else if (ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      if (ts.isNewExpression(node) && COLLECTIONS.has(name) && first !== undefined) mark(first, 'iterable');
      if (name === 'String' && first !== undefined) mark(first, 'string');
      if (NUMERIC_CALLS.has(name) && first !== undefined) mark(first, 'number');
      if (callee === null && BUILT_IN_CLASSES[name] === undefined)
        mark(node.expression, ts.isNewExpression(node) ? 'class' : 'function');
      if (name === 'decodeURIComponent' && first !== undefined) {
        for (const one of denote(first)) one.fragments.add('%20').add('%');
      }
    }
  }

  function linkArguments(callee: ts.Node, args: readonly ts.Expression[]): void {
    const target = ts.isClassLike(callee) ? callee.members.find(ts.isConstructorDeclaration) : callee;
    if (target === undefined || !isFunctionNode(target)) return;
    for (const [at, parameter] of target.parameters.entries()) {
      const given = parameter.dotDotDotToken === undefined ? args.slice(at, at + 1) : args.slice(at);
      for (const one of given) {
        if (ts.isIdentifier(parameter.name)) {
          const symbol = program.symbolOf(parameter.name);
          if (symbol === undefined) continue;
          const taken = symbolProfile(symbol);
          flow(one, parameter.dotDotDotToken === undefined ? taken : taken.elements());
        } else {
          bindPattern(parameter.name, denote(one));
        }
      }
    }
  }

  function visitMethod(receiver: ts.Expression, method: string, args: readonly ts.Expression[]): void {
    const [first] = args;
    const owners = denote(receiver);
    const regex = regexText(receiver);
    if (REGEXP_METHODS.has(method) && first !== undefined) {
      for (const one of denote(first)) {
        one.kinds.add('string');
        if (regex !== null) one.regexes.add(regex);
      }
    }
    // Who asks whether it is an array takes something else as well.
    if (method === 'isArray' && first !== undefined) {
      mark(first, 'array');
      mark(first, 'string');
    }
    if (method === 'isBuffer' && first !== undefined) mark(first, 'buffer');
    if (
      (method === 'isFinite' || method === 'isNaN' || method === 'isInteger' || method === 'isSafeInteger') &&
      first !== undefined
    )
      mark(first, 'number');
    if (ts.isIdentifier(receiver) && receiver.text === 'Math') for (const one of args) mark(one, 'number');
    if (
      ts.isIdentifier(receiver) &&
      receiver.text === 'Object' &&
      first !== undefined &&
      /^(?:keys|entries|values|assign)$/.test(method)
    ) {
      mark(first, 'dictionary');
    }
    if (ts.isIdentifier(receiver) && receiver.text === 'Date' && method === 'parse' && first !== undefined) {
      for (const one of denote(first)) {
        one.literals
          .add(`'Sat, 01 Jan 2000 00:00:00 GMT'`)
          .add(`'Sat, 01 Jan 2000 01:00:00 GMT'`)
          .add(`'2000-01-01'`)
          .add(`'not a date'`);
      }
    }
    if (method === 'isView' && first !== undefined) mark(first, 'typed array');
    const namespace = ts.isIdentifier(receiver) ? receiver.text : '';
    if (GOING_THROUGH.has(`${namespace}.${method}`) && first !== undefined) {
      mark(first, 'array');
      mark(first, 'iterable');
    }
    for (const one of owners) noteMethod(one, method, args);
    if (ITERATING.has(method)) linkIteration(receiver, args[0]);
    if (method === 'push' || method === 'unshift')
      for (const arg of args) for (const one of owners) flow(arg, one.elements());
    if (method === 'concat' && first !== undefined) mark(first, 'array');
  }

  function noteMethod(profile: Profile, method: string, args: readonly ts.Expression[]): void {
    const [first] = args;
    if (STRING_METHODS.has(method)) profile.kinds.add('string');
    else if (ARRAY_METHODS.has(method)) profile.kinds.add('array');
    else if (DATE_METHODS.has(method)) profile.kinds.add('date');
    else if (REGEXP_METHODS.has(method)) profile.kinds.add('regexp');
    else if (NUMBER_METHODS.has(method)) profile.kinds.add('number');
    else if (
      EITHER_METHODS.has(method) ||
      method === 'toString' ||
      method === 'valueOf' ||
      method === 'hasOwnProperty'
    ) {
      if (first !== undefined && ts.isNumericLiteral(first)) profile.lengths.add(Number(first.text));
    } else if (method !== 'call' && method !== 'apply') {
      profile.prop(method).kinds.add('function');
      if (TELLING.has(method) && first !== undefined && ts.isStringLiteralLike(first))
        profile.events.add(first.text);
      profile.prop(method).callsBack ||= args.some(isFunction) || (LISTENING.has(method) && args.length > 1);
    } else {
      profile.kinds.add('function');
    }
    if (first === undefined) return;
    const regex = regexText(first);
    if (regex !== null && /^(?:match|matchAll|replace|replaceAll|search|split)$/.test(method))
      profile.regexes.add(regex);
    if (
      ts.isStringLiteralLike(first) &&
      first.text.length <= 12 &&
      /^(?:indexOf|lastIndexOf|includes|split|startsWith|endsWith|replace|replaceAll|search)$/.test(method)
    ) {
      profile.fragments.add(first.text);
    }
  }

  function isFunction(argument: ts.Expression): boolean {
    const node = bare(argument);
    return isFunctionNode(node) || (ts.isIdentifier(node) && reader.callee(node) !== null);
  }

  function linkIteration(receiver: ts.Expression, callback: ts.Expression | undefined): void {
    const keysOf =
      ts.isCallExpression(receiver) && accessName(receiver.expression) === 'keys'
        ? receiver.arguments[0]
        : undefined;
    const node =
      callback === undefined
        ? undefined
        : isFunctionNode(bare(callback))
          ? bare(callback)
          : reader.callee(callback);
    if (node === undefined || node === null || !isFunctionNode(node) || keysOf !== undefined) return;
    const [item] = node.parameters;
    if (item !== undefined)
      bindPattern(
        item.name,
        denote(receiver).map((one) => one.elements()),
      );
  }

  function regexText(expression: ts.Expression, depth = 0): string | null {
    const node = bare(expression);
    if (ts.isRegularExpressionLiteral(node)) return node.text;
    if (depth > 4 || !ts.isIdentifier(node)) return null;
    const declaration = program.symbolOf(node)?.valueDeclaration;
    return declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined
      ? regexText(declaration.initializer, depth + 1)
      : null;
  }

  return visitCall;
}
