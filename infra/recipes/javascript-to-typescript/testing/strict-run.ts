import { runJavaScript } from './evaluate.ts';

/** What sloppy code gives when it runs in strict mode, as it does once TypeScript has emitted it. */
export const runStrict = (text: string): unknown => {
  try {
    return runJavaScript(`'use strict';${text}`);
  } catch (error) {
    return error instanceof SyntaxError ? 'SyntaxError' : error;
  }
};
