import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- demo:begin -->';
const END = '<!-- demo:end -->';

/** Puts the output of a real demo run (standard input) between the markers of README.md; what is long folds away. */
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

const block = (text: string): string => `\`\`\`\n${text.trim()}\n\`\`\``;
const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${block(text)}\n\n</details>`;

/** Commands, the lines that carry a time, and the files of the delivery; a line of dots where others were left out. */
const excerptOf = (run: string): string =>
  run
    .split('\n')
    .map((line) =>
      /^(?:$|\$|\d\d:\d\d|\d+ of \d+ tests| {2}(?:moved|changed|new) )/.test(line) ? line : '  ...',
    )
    .filter((line, index, lines) => line !== '  ...' || lines[index - 1] !== line)
    .join('\n');

const parts = /^(?<runs>.*?)\n(?<story>\$ iama audit .*?)\n(?<summary>\{"job_id".*)$/su.exec(output)?.groups;
if (parts === undefined) throw new Error('the demo no longer ends with the story of the job and a summary');
const { runs = '', story = '', summary = '' } = parts;
const shown = runs.slice(Math.max(0, runs.indexOf('$ iama')));
const recorded = [
  block(excerptOf(shown)),
  folded('All of it, with the strategies and the specification', shown),
  folded('The whole story of that job, from its events', story),
  'The last line of the demo is for scripts:',
  block(summary),
].join('\n\n');
writeFileSync('README.md', `${readme.slice(0, begin)}${BEGIN}\n\n${recorded}\n\n${readme.slice(end)}`);
