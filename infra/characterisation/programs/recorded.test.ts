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
