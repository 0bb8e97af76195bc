import { isSyntaxFailure, type ParsedModule, parseModule } from '../syntax/parse.ts';
import { runJavaScript } from './evaluate.ts';

/** A CommonJS file of this text; throws `SyntaxError`. */
export const parse = (text: string): ParsedModule => {
  const module = parseModule('index.js', text, 'commonjs');
  if (isSyntaxFailure(module)) throw new SyntaxError(module.message);
  return module;
};

/** What sloppy code gives when it runs in strict mode, as it does once TypeScript has emitted it. */
export const runStrict = (text: string): unknown => {
  try {
    return runJavaScript(`'use strict';${text}`);
  } catch (error) {
    return error instanceof SyntaxError ? 'SyntaxError' : error;
  }
};
