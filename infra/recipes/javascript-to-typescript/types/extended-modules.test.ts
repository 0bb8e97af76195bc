import { expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

it.each([
  ['import Base from "base"', 'export default Own', 'ESM'],
  ["import Base = require('base')", 'export = Own', 'COMMONJS'],
] as const)('[LLM-10] a class of a package without types can be extended: %s', (head, tail, system) => {
  const { files, strictErrors } = annotateText(
    `${head}\nclass Own extends Base {\n  config () { return Object.assign(super.config(), { own: this.place(1) }) }\n  name () { return 'own' }\n}\n${tail}\n`,
    system,
  );
  expect(strictErrors).toEqual([]);
  expect(files.map(({ text }) => text).join('\n')).toMatch(
    /new \(arg0\?: unknown, arg1\?: unknown\) => \{ config\(\): .*; place\(arg0: unknown\): unknown/,
  );
});
