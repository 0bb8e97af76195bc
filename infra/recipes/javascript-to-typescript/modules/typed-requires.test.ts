import { describe, expect, it } from 'vitest';
import { emit } from '../syntax/emit.ts';
import { convert, expectSame, STRICT, textOf } from './testing.ts';

describe('requires', () => {
  const cases: readonly (readonly [title: string, source: string, expected: string])[] = [
    ['a constant', "const p = require('path')\n", "import p = require('path')\n"],
    [
      'a list of constants',
      "const p = require('path'), // first\n  a = require('./a')\n",
      "import p = require('path'); // first\nimport a = require('./a')\n",
    ],
    [
      'names taken out',
      "const { x } = require('./a')\n",
      "const { x } = require('./a') as typeof import('./a')\n",
    ],
    [
      'a property',
      "const join = require('path').join\n",
      "const join = (require('path') as typeof import('path')).join\n",
    ],
    [
      'a call of what is loaded',
      "const one = require('./f')(1)\n",
      "const one = (require('./f') as typeof import('./f'))(1)\n",
    ],
    [
      'a variable that is still var',
      "var p = require('path')\n",
      "var p = require('path') as typeof import('path')\n",
    ],
    [
      'under a condition',
      "let p\nif (log) { p = require('path') }\n",
      "let p\nif (log) { p = require('path') as typeof import('path') }\n",
    ],
    [
      'at the start of a statement, where a parenthesis would join the line above',
      "const a = 1\nrequire('path').join()\n",
      "const a = 1\nrequire('path').join()\n",
    ],
    ['for its effect', "require('./a')\n", "require('./a')\n"],
  ];
  it.each(cases)('[LLM-10] %s', (_, source, expected) => {
    const text = textOf(STRICT + source);
    expect(text).toBe(`${STRICT}${expected}\nexport = {}${text.trimEnd().endsWith(';') ? ';' : ''}\n`);
    expectSame(STRICT + source, text);
  });

  it('[LLM-10] names the root of the package in full, whose package.json leads to the built declarations', () => {
    expect(
      textOf(`${STRICT}const root = require('..')\nconst n = require("..").n\nmodule.exports = root\n`),
    ).toContain(
      `import root = require('../index.js')\nconst n = (require("..") as typeof import("../index.js")).n\n`,
    );
  });

  it('[LLM-10] says which packages stay without types, and leaves them as they are', () => {
    const source = `${STRICT}const a = require('./a');\nmodule.exports = a;\n`;
    const result = convert(source, { isTyped: () => false });
    expect(result).toMatchObject({ text: expect.stringContaining("const a = require('./a');") });
    expect('left' in result && result.left.map((finding) => finding.code)).toEqual(['REQUIRE_UNTYPED']);
  });

  it('[LLM-10] keeps an import that nobody uses, because loading it may do something', () => {
    const { javaScript } = emit(
      'x.ts',
      textOf(`${STRICT}const unused = require('path')\nmodule.exports = 1\n`),
      'commonjs',
    );
    expect(javaScript).toContain('require(');
  });
});
