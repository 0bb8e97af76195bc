import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { openProject, ROOT } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

const SUM =
  'function Sum (unit) { this.unit = unit + "" }\nSum.prototype.twice = function () { return this.unit.repeat(2) }\nSum.prototype.self = function () { return this }\nexport = Sum\n';

const USES: readonly (readonly [string, string, string])[] = [
  [
    'a property of an exported function',
    "import Sum = require('./sum')\nexport = measure\nmeasure.Sum = Sum\nfunction measure (n) { return new Sum(n.trim()).twice() }\n",
    'measure.Sum',
  ],
  [
    'two properties of an exported function, and one of its own',
    "import Sum = require('./sum')\nimport Other = require('./sum')\nexport = measure\nmeasure.Sum = Sum\nmeasure.Other = Other\nmeasure.zero = 0\nfunction measure (n) { return n.trim() }\n",
    'measure.Other',
  ],
  [
    'a member of what is exported',
    "import Sum = require('./sum')\nexport = { Sum: Sum, n: 1 }\n",
    'Sum: Sum',
  ],
  ['a member in short', "import Sum = require('./sum')\nexport = { Sum, n: 1 }\n", 'Sum'],
  [
    'what a function gives back',
    "import Sum = require('./sum')\nexport = function make (n) { return new Sum(n.trim()) }\n",
    'make',
  ],
  [
    'what a named function gives back, or null',
    "import Sum = require('./sum')\nfunction make (n) { if (n === '') return null; return new Sum(n) }\nexport = { make }\n",
    'make',
  ],
  [
    'a property of a constructor function',
    "import Sum = require('./sum')\nfunction Box () { this.n = 1 }\nBox.prototype.get = function () { return this.n }\nBox.Sum = Sum\nexport = Box\n",
    'Box.Sum',
  ],
  ['a constant', "import Sum = require('./sum')\nconst all = { Sum: Sum, n: 1 }\nexport = all\n", 'all'],
  [
    'a field of an instance',
    "import Sum = require('./sum')\nfunction Box () { this.sum = new Sum('a') }\nBox.prototype.get = function () { return this.sum }\nexport = Box\n",
    'Box',
  ],
];

/** What the compiler says about a project, declarations included; nothing of the recipe is asked. */
const errorsOf = (files: readonly { path: string; text: string }[]): string[] => {
  const project = openProject(files, 'commonjs');
  const program = project.program();
  const said = files.flatMap(({ path }) => {
    const source = program.getSourceFile(`${ROOT}/${path}`);
    return [...program.getSemanticDiagnostics(source), ...program.getDeclarationDiagnostics(source)].map(
      ({ code, messageText }) => `TS${code} ${typeof messageText === 'string' ? messageText : ''}`,
    );
  });
  project.dispose();
  return said;
};

describe('declarations of a package', () => {
  it.each(USES)('[LLM-10] can name the constructor of another module in %s', (_, text) => {
    const { files, strictErrors, anyPositions } = annotate({
      files: [
        { path: 'index.ts', text },
        { path: 'sum.ts', text: SUM },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(errorsOf(files)).toEqual([]);
    expect(strictErrors).toEqual([]);
    expect(anyPositions).toBe(0);
    const consumer = {
      path: 'consumer.ts',
      text: "import Sum = require('./sum')\nexport const text: string = new Sum('a').self().twice()\n",
    };
    expect(errorsOf([...files, consumer])).toEqual([]);
  });

  it('[LLM-10] keeps the constructor of another module usable where it is a property', () => {
    const { files } = annotate({
      files: [
        { path: 'index.ts', text: USES[1]?.[1] ?? '' },
        { path: 'sum.ts', text: SUM },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    const text =
      "import measure = require('./index')\nexport const a: string = new measure.Sum('a').twice() + new measure.Other('a').twice() + measure(' ')\nexport const b: number = measure.zero\n";
    expect(errorsOf([...files, { path: 'consumer.ts', text }])).toEqual([]);
  });

  it('[LLM-10] can name an instance of the constructor of another module that is all that is exported', () => {
    const { files, strictErrors, anyPositions } = annotate({
      files: [
        { path: 'index.ts', text: "import Sum = require('./sum')\nexport = new Sum('a')\n" },
        { path: 'sum.ts', text: SUM },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    const text = "import sum = require('./index')\nexport const text: string = sum.self().twice()\n";
    expect(errorsOf([...files, { path: 'consumer.ts', text }])).toEqual([]);
    expect({ strictErrors, anyPositions }).toEqual({ strictErrors: [], anyPositions: 0 });
  });

  it('[LLM-10] counts an error of the declarations as a strict error', () => {
    const text =
      "import { createHook } from 'node:async_hooks'\nconst secret = Symbol('s')\nclass Made { [secret] = 1 }\nexport = { made: new Made(), createHook, secret, f: () => class { private x = 1 } }\n";
    const { strictErrors } = annotate({
      files: [{ path: 'index.ts', text }],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(strictErrors.map(({ code }) => code)).toContain('TS4094');
  });
});
