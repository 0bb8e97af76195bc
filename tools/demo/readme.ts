import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- demo:begin -->';
const END = '<!-- demo:end -->';

/** Puts the output of a real demo run (standard input) between the markers of README.md. */
const readme = readFileSync('README.md', 'utf8');
const begin = readme.indexOf(BEGIN);
const end = readme.indexOf(END);
if (begin < 0 || end < begin) throw new Error('README.md has lost its markers');
const output = readFileSync(0, 'utf8')
  .replaceAll('\r', '')
  .replaceAll(/\/(?:tmp|var)\/\S*iama-demo-\w+/g, '/tmp/iama-demo')
  .trim();
if (!output.includes('"status":"DELIVERED"'))
  throw new Error('this is not the output of a demo that delivered');
writeFileSync(
  'README.md',
  `${readme.slice(0, begin)}${BEGIN}\n\n\`\`\`\n${output}\n\`\`\`\n\n${readme.slice(end)}`,
);
