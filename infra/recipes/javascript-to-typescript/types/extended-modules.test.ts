import { expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

it.each([
  ['import Base from "base"', 'export default Own', 'ESM', 'Base'],
  ['import { Base } from "base"', 'export default Own', 'ESM', 'Base'],
  ["import Base = require('base')", 'export = Own', 'COMMONJS', 'Base'],
  ["import base = require('base')", 'export = Own', 'COMMONJS', 'base.Base'],
  [
    "import base = require('base')\nbase.run(base.inner.more(1))",
    'export = Own',
    'COMMONJS',
    'base.inner.Base',
  ],
] as const)(
  '[LLM-10] a class of a package without types hands on all its members: %s',
  (head, tail, system, base) => {
    const { files, strictErrors, anyPositions } = annotateText(
      `${head}\nclass Own extends ${base} {\n  config () { return Object.assign(super.config(), { own: this.place(1) }) }\n  name () { return 'own' }\n  add (item) { this.push(item); return this }\n}\nclass Bare extends ${base} {}\nnew Own(1, 2, 3).on(1).emit('a')\nOwn.make(new Bare('a', 'b', 'c').inherited)\n${tail}\n`,
      system,
    );
    expect(strictErrors).toEqual([]);
    expect(files.map(({ text }) => text).join('\n')).toContain(
      '(new (...args: any[]) => any) & { [name: string]: any }',
    );
    expect(anyPositions).toBeGreaterThan(0);
  },
);
