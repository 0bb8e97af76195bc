import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { documentedCalls } from './documented-calls.ts';
import { openProject, ROOT } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

const README = (calls: string): string =>
  `# Subject\n\n\`\`\`js\nvar subject = require('subject')\n${calls}\n\`\`\`\n`;
const callsIn = (text: string): string[] => documentedCalls([{ path: 'README.md', text }], 'subject');

/** The annotated text, and what a reader is told who makes the documented calls. */
const used = (source: string, calls: readonly string[]): { text: string; errors: string[]; any: number } => {
  const { files, strictErrors, anyPositions } = annotate({
    files: [{ path: 'index.ts', text: source }],
    dependencies: [],
    moduleSystem: 'COMMONJS',
    usage: { entry: 'index.ts', calls },
  });
  const consumer = ["import subject = require('./index')", ...calls.map((call) => `void ${call}`)].join('\n');
  const project = openProject([...files, { path: 'consumer.ts', text: consumer }], 'commonjs');
  const found = project
    .program()
    .getSemanticDiagnostics(project.program().getSourceFile(`${ROOT}/consumer.ts`))
    .map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' '));
  project.dispose();
  return {
    text: files[0]?.text ?? '',
    errors: [...strictErrors.map(({ reason }) => `own: ${reason}`), ...found],
    any: anyPositions,
  };
};

describe('calls that the documents show', () => {
  it('[LLM-10] are read from the code of documents, under every name that is bound there', () => {
    const text = `${README("subject(1, { a: 'b' })\nnew subject.Part('x')\nsubject(input)\nother(2)")}
\`\`\`js
const { part: piece } = require('subject')
piece([1, 2])
require('subject').line('in %s')
\`\`\`
`;
    expect(callsIn(text)).toEqual([
      "subject(1, { a: 'b' })",
      "new subject.Part('x')",
      'subject.part([1, 2])',
      "subject.line('in %s')",
    ]);
    expect(documentedCalls([{ path: 'HISTORY.md', text }], 'subject')).toEqual([]);
  });

  it.each([
    [
      'with arguments left out',
      'export = function (name, properties) {\n  const all = []\n  for (const key in properties) all.push(properties[key].message.trim())\n  return name.trim() + all.join()\n}\n',
      ["subject('a')", "subject('a', { b: { message: 'c' } })"],
    ],
    [
      'of an arrow function with some of the options',
      'export = (number, options) => {\n  options = Object.assign({ bits: false, binary: false }, options)\n  return number.toFixed(options.bits ? 1 : options.binary ? 2 : 0)\n}\n',
      ['subject(1337, { bits: true })', 'subject(1337)', 'subject(1, { binary: true, signed: true })'],
    ],
    [
      'with another kind of value',
      "function from (value, encoding) {\n  if (typeof value === 'number') throw new TypeError('no number')\n  if (typeof value === 'string') return Buffer.from(value, encoding)\n  return Buffer.from(value)\n}\nexport = from\n",
      ["subject('a', 'utf8')", 'subject([1, 2, 3])', "subject('a')"],
    ],
    [
      'of a member that is a function expression',
      'const api = { line: function (text, otherwise) { return (text.trim() || otherwise.trim()) } }\nexport = api\n',
      ["subject.line('in %s')"],
    ],
  ])('[LLM-10] compile for a reader: %s', (_, source, calls) => {
    const { errors, any } = used(source, calls);
    expect(errors).toEqual([]);
    expect(any).toBe(0);
  });

  it('[LLM-10] change nothing that takes them as it is, and nothing for a name that is not exported', () => {
    const source = 'export = function (text) { return text.trim() }\n';
    const plain = used(source, []).text;
    expect(used(source, ["subject('a')", "subject.missing('a')"]).text).toBe(plain);
  });

  it('[LLM-10] never cost the body its types', () => {
    const source =
      "export = function (text) { if (typeof text !== 'string') throw new TypeError('no'); return text.trim() }\n";
    const { text, any } = used(source, ["subject('a')", 'subject(1)']);
    expect(any).toBe(0);
    expect(text).not.toContain(' as unknown as any');
  });
});
