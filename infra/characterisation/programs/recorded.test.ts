import { expect, it } from 'vitest';
import { characterise, project } from '../testing/characterise.ts';

const CLI = `#!/usr/bin/env node
var fs = require('fs');
var what = process.argv[2];
if (what === '--save') fs.writeFileSync('saved.txt', process.argv[3] || 'nothing');
else if (what === '--fail') process.exit(4);
else console.log('hello ' + what);
`;
const manifest = JSON.stringify({ name: 'tool', bin: 'cli.js' });

it('[TST-01] [TST-02] passes the same program written otherwise, and fails one that does something else', {
  timeout: 180_000,
}, () => {
  const recorded = characterise(project({ 'package.json': manifest, 'cli.js': CLI }));
  try {
    const calls = Object.values(recorded.results).map(({ result }) => result);
    expect(calls).toContain('exit 4');
    expect(calls).toContain('→ exit 0, file work/saved.txt "nothing"');
    const withCli = (text: string) => recorded.verify([{ path: 'cli.js', text }]);
    expect(withCli(CLI.replaceAll('var ', 'const '))).toBeNull();
    expect(withCli(CLI.replace("|| 'nothing'", "|| 'something'"))).toContain('saved.txt');
  } finally {
    recorded.dispose();
  }
});

it('[TST-01] [JOB-09] ends with what it has where the time does not do for all, and names what it has not tried', {
  timeout: 180_000,
}, () => {
  const both = JSON.stringify({ name: 'tool', bin: 'cli.js', main: 'index.js' });
  const files = { 'package.json': both, 'cli.js': CLI, 'index.js': 'module.exports = (a) => a + 1;\n' };
  const recorded = characterise(project(files), 1);
  try {
    expect(Object.keys(recorded.results)).toEqual(['surface:index.js']);
    const reasons = Object.values(recorded.left).map(({ why }) => why);
    expect(reasons).toEqual(Array(recorded.plan.totalCases).fill('NO_TIME'));
  } finally {
    recorded.dispose();
  }
});
