import { expect, it } from 'vitest';
import { planTests } from './plan.ts';
import { project } from './testing/characterise.ts';

it('[TST-01] takes no shown call whose inputs come from outside of it: what is global differs in each run, and a module would run', () => {
  const shown = ['count(this)', `count({ a: this })`, `count(import('node:fs'))`, `count(() => this)`];
  const kept = ['count([function () { return this; }])', 'count([1, 2])'];
  const { files } = planTests({
    files: project({
      'package.json': '{ "name": "count", "main": "index.js" }',
      'index.js': 'module.exports = function count(list) { return list.length; };',
      'README.md': ['```js', ...shown, ...kept, '```'].join('\n'),
    }),
    targets: [],
    dependencies: [],
  });
  const cases = files.find(({ path }) => path.endsWith('/cases.mjs'))?.text ?? '';
  for (const call of kept) expect(cases).toContain(JSON.stringify(call));
  for (const call of shown) expect(cases).not.toContain(JSON.stringify(call));
});
