import { expect } from 'vitest';
import { emit } from '../syntax/emit.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { runJavaScript, runTypeScript } from '../testing/evaluate.ts';
import { parsed } from '../testing/parsed.ts';
import { namedExports } from './named-exports.ts';
import { type TypedCommonJsOptions, typeCommonJs } from './typed-commonjs.ts';

export const MODULES = {
  './a': { x: 1, y: { z: 2 }, default: 3 },
  path: { join: () => 'joined', relative: () => 'rel' },
  './f': (n: unknown) => n,
};

export const parse = (text: string): ParsedModule => parsed(text, 'commonjs', 'lib/thing.js');

export const convert = (
  text: string,
  options: Partial<TypedCommonJsOptions> = {},
): ReturnType<typeof typeCommonJs> =>
  typeCommonJs(parse(text), {
    original: text,
    packageName: 'thing-pack',
    cyclic: false,
    isTyped: () => true,
    isDeclared: () => false,
    inFull: (specifier) => (specifier === '..' ? '../index.js' : specifier),
    direct: true,
    ...options,
  });

export const textOf = (text: string, options: Partial<TypedCommonJsOptions> = {}): string => {
  const result = convert(text, options);
  if ('refused' in result) throw new TypeError(result.refused.reason);
  return result.text;
};

/** Same run, same exports in the same order, same names for ES modules: the promise of the step. */
export const expectSame = (source: string, text: string): void => {
  expect(runTypeScript(text, MODULES)).toEqual(runJavaScript(source, MODULES));
  expect(namedExports(emit('x.ts', text, 'commonjs').javaScript)).toEqual(namedExports(source));
};

export const STRICT = "'use strict'\n";
