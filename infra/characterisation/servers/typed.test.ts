import { expect, it } from 'vitest';
import { characterise, project } from '../testing/characterise.ts';
import { typedAfter } from './typed.ts';

const WORDS = { flags: [{ text: '--upper', takesValue: false }], words: [] };
const SHOWN = '# db\n\n```\ndb-server places.json\n```\n';

/** Serves the lists of a file, and ends where none is named. */
const SERVER = `#!/usr/bin/env node
'use strict';
var fs = require('fs'), http = require('http');
var args = process.argv.slice(2);
var file = args.filter(function (one) { return one[0] !== '-'; })[0];
if (!file) {
  console.log('db-server <file>');
  process.exit(2);
}
var db = JSON.parse(fs.readFileSync(file, 'utf8'));
http.createServer(function (req, res) {
  var found = db[req.url.slice(1)];
  if (found === undefined) res.statusCode = 404;
  var text = JSON.stringify(found === undefined ? null : found);
  res.end(args.indexOf('--upper') === -1 ? text : text.toUpperCase());
}).listen(8000);
`;
const README = `${SHOWN}\nwhere \`places.json\` holds\n\n\`\`\`json\n{ "towns": ["basel", "chur"] }\n\`\`\`\n`;

it.each([
  ['what is to be filled in', '```\ndb-server [path] [options]\ndb-server <file>\n```\n'],
  ['what ends it', '```\ndb-server --help\n```\n'],
  ['a place of the machine', '```\ndb-server /etc\ndb-server ../up\ndb-server ~/x\n```\n'],
])('[TST-01] [SEC-16] nothing is typed after a server that documents show as %s', (_what, text) => {
  const { argv, others } = typedAfter('db-server', WORDS, [text]);
  expect(argv).toEqual([]);
  expect(others).toEqual([['.'], ['input.txt'], ['data.json'], ['missing.txt'], ['--upper']]);
});

it('[TST-01] a server is started as the documents show, with the file that they show, and with each flag besides', () => {
  const typed = typedAfter('db-server', WORDS, [README]);
  expect(typed.argv).toEqual(['places.json']);
  expect(typed.others).toEqual([[], ['places.json', '--upper']]);
  expect(typed.files).toContainEqual({ name: 'places.json', text: '{ "towns": ["basel", "chur"] }\n' });
  expect(typed.pages.slice(0, 2)).toEqual(['/towns', '/towns/1']);
  const both = typedAfter('db-server', WORDS, [`${README}\`\`\`\n$ db-server\n\`\`\`\n`]);
  expect(both).toMatchObject({
    argv: [],
    others: [
      ['places.json'],
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.anything(),
      ['--upper'],
    ],
  });
});

it('[TST-01] a file that the documents do not show has a text all the same', () => {
  const broken = README.replace('{ "towns"', '{ towns');
  const { files } = typedAfter('db-server', WORDS, [broken]);
  expect(JSON.parse(files.find(({ name }) => name === 'places.json')?.text ?? '')).toHaveProperty('list');
});

it('[TST-01] [TST-02] a change of what a server answers that does not start without a file fails', {
  timeout: 600_000,
}, () => {
  const manifest = JSON.stringify({ name: 'db-server', bin: 'bin.js' });
  const recorded = characterise(project({ 'package.json': manifest, 'bin.js': SERVER, 'README.md': README }));
  try {
    const texts = Object.values(recorded.results).map(({ result }) => result);
    expect(texts).toContainEqual(expect.stringContaining('[\\"basel\\",\\"chur\\"]'));
    expect(recorded.verifyReplaced('bin.js', 'var ', 'let ')).toBeNull();
    expect(recorded.verifyReplaced('bin.js', "'--upper'", "'--uppercase'")).toContain('places.json --upper');
    expect(recorded.verifyReplaced('bin.js', '404', '410')).toContain('places.json');
  } finally {
    recorded.dispose();
  }
});
