import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { documentedCalls } from './documented-calls.ts';
import { documentedPrograms } from './documented-programs.ts';
import { openProject, ROOT } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

const SUBJECT = { packageName: 'subject', isModule: false };
const README = (calls: string): string =>
  `# Subject\n\n\`\`\`js\nvar subject = require('subject')\n${calls}\n\`\`\`\n`;
const callsIn = (text: string): string[] => documentedCalls([{ path: 'README.md', text }], SUBJECT);

/** The annotated text, and what a reader is told who makes the documented calls. */
const used = (source: string, calls: readonly string[]): { text: string; errors: string[]; any: number } => {
  const { files, strictErrors, anyPositions } = annotate({
    files: [{ path: 'index.ts', text: source }],
    dependencies: [],
    moduleSystem: 'COMMONJS',
    usage: { entry: 'index.ts', programs: calls },
  });
  const consumer = ["import subject = require('./index')", ...calls].join('\n');
  const project = openProject([...files, { path: 'consumer.ts', text: consumer }], 'commonjs');
  const found = project
    .program()
    .getSemanticDiagnostics(project.program().getSourceFile(`${ROOT}/consumer.ts`))
    // A reader can give the parameters of a callback their types.
    .filter(({ code }) => code !== 7006)
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
    expect(documentedCalls([{ path: 'HISTORY.md', text }], SUBJECT)).toEqual([]);
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
    [
      'that makes an object with nothing given, of what takes anything',
      "function Queue (size) { this.size = sizeOf(size); this.count = 0 }\nQueue.prototype.push = function () { return ++this.count }\nfunction sizeOf (size) { if (typeof size !== 'number') { if (Array.isArray(size)) { size = size.length } else { return 16 } } return Math.max(16, size) | 0 }\nexport = Queue\n",
      ['void new subject()', 'void new subject([1])', 'new subject(2).push()', 'void [new subject()]'],
    ],
  ])('[LLM-10] compile for a reader: %s', (_, source, calls) => {
    const { errors, any } = used(source, calls);
    expect(errors).toEqual([]);
    expect(any).toBe(0);
  });

  it.each([
    [
      'that leaves out or moves up what the body asks for its kind',
      "const make = function (name, parts) {\n  if (!name || name.constructor !== String) {\n    parts = name || {}\n    name = Error.name\n  }\n  const all = []\n  for (const key in parts) {\n    const part = parts[key]\n    if ('line' in part) all.push(part.line(key))\n    if ('text' in part) all.push(part.text(key, all))\n  }\n  return name + all.join()\n}\nmake.line = function (text) { return { line: function (value) { return text.trim() + value } } }\nexport = make\n",
      "var some = subject('a', { file: subject.line('in %s') })\nsubject()\nsubject({ other: { text: function (value) { return value } } })",
    ],
    [
      'that makes what a function gave it',
      'export = function (name) {\n  const Made = function Inner(text) { if (!this) return new Inner(text); Error.call(this, text); this.name = name }\n  Object.setPrototypeOf(Made.prototype, Error.prototype)\n  return Made\n}\n',
      "const Own = subject('Own')\nconst own = new Own('text')\nown.more = 1",
    ],
    [
      'that gives a constructor whose parts are of its own kind',
      'export = function (Kind) {\n  let head = new Kind()\n  return {\n    get: function () { const now = head; if (now.next) { head = now.next } else { head = new Kind() } now.next = null; return now },\n    put: function (one) { head.next = one }\n  }\n}\n',
      'function Mine () {}\nconst pool = subject(Mine)\nconst one = pool.get()\none.num = 100\npool.put(one)',
    ],
    [
      'that gives a callback in place of options',
      "const run = function (path, options, done) {\n  if (typeof options === 'function') { done = options; options = {} }\n  if (!done) return Promise.resolve(options.all ? [path.trim()] : path.trim())\n  done(null, path.trim())\n}\nexport = run\n",
      "subject('a', function (error, found) { if (error) throw error; found.trim() })\nsubject('a', { all: true }, (error, found) => { found.trim() })\nsubject('a').then(found => found.trim())",
    ],
    [
      'that hands a result of its own on',
      'const known = {}\nexport = function (from, to) {\n  const key = from + to\n  if (known.hasOwnProperty(key)) return known[key].result\n  known[key] = { result: key.trim() }\n  return known[key].result\n}\n',
      "new RegExp(subject('1', '2'))\nconst range = subject('15', '95')\nnew RegExp(range).test('1')",
    ],
    [
      'that gives a function that names none of its arguments some',
      "const merge = module.exports = function (/* objects */) {\n  const target = arguments[0]\n  const all = Array.prototype.slice.call(arguments, 1)\n  all.forEach(function (one) { Object.keys(one).forEach(function (key) { target[key] = typeof one[key] === 'object' ? merge({}, one[key]) : one[key] }) })\n  return target\n}\nexport = merge\n",
      'var one = { a: 1 }\nsubject(one, { b: { c: 2 } })',
    ],
    [
      'of a value that only its kind keeps out',
      "export = function (value, encoding) {\n  if (typeof value === 'number') throw new TypeError('no number')\n  if (typeof value === 'string') return Buffer.from(value, encoding)\n  return Buffer.from(value)\n}\n",
      'const list = new Uint8Array([1, 2])\nsubject(list.buffer)\nsubject(Buffer.from(list))\nsubject([1])\nsubject(list)',
    ],
    [
      'that gives a callback to a function that was given',
      'export = function (fn) {\n  let all = []\n  return function later (done) {\n    all.push(done || noop)\n    fn(function () { const args = arguments; all.forEach(function (one) { setImmediate(run, one, args) }); all = [] })\n  }\n}\nfunction noop () {}\nfunction run (fn, args) { fn.apply(null, args) }\n',
      'var test = subject(function (callback) { callback(1) })\ntest(function (num) { console.log(num) })',
    ],
    [
      'that uses what a function made of all its arguments',
      "import Stream = require('stream')\nconst PassThrough = Stream.PassThrough\nexport = merge\nfunction merge () {\n  const all = Array.prototype.slice.call(arguments)\n  const made = PassThrough({})\n  made.add = function (one) { all.push(one) }\n  return made\n}\n",
      "const stream = subject(1, [2])\nstream.add(3)\nstream.on('end', function () {})",
    ],
  ])('[LLM-10] compile as a whole: code %s', (_, source, code) => {
    expect(used(source, [code]).errors).toEqual([]);
  });

  it('[LLM-10] say the kind of what they give, not all that such a thing holds', () => {
    const source =
      'export = function (list) { let n = 0; for (let i = 0; i < list.length; i++) n += list[i].trim().length; return n }\n';
    const { text, errors } = used(source, ['subject({ a: 1 })']);
    expect(errors).toEqual([]);
    expect(text).toMatch(/list: [^)]*\bobject\b/);
    expect(text).not.toContain('a: number');
  });

  it('[LLM-10] are read as programs in which every name of the package stands for it', () => {
    const text =
      "# S\n\n```js\nconst { part } = require('subject')\nimport other from 'other'\npart(other)\n```\n\n```js\npart(input)\nrequire('subject').line()\n```\n\n```sh\nnpm install subject --save\n```\n";
    expect(documentedPrograms([{ path: 'README.md', text }], SUBJECT)).toEqual([
      'void subject.line();',
      'const { part } = subject\ndeclare const other: any;\npart(other)',
      'const part = subject.part;\npart(input)\nsubject.line()',
    ]);
  });

  it('[LLM-10] end with their line where the next begins with a bracket, as who writes without semicolons means it', () => {
    const text = README(
      "subject('a') //=> 'a'\n\n(function () { subject(arguments) })(1)\nsubject('b')\n[1].map(subject)",
    );
    const [calls, program] = documentedPrograms([{ path: 'README.md', text }], SUBJECT);
    expect(calls).toBe("void subject('a');\nvoid subject('b');");
    expect(program).toContain("subject('a'); //=> 'a'\n\n(function");
    expect(program).toContain("subject('b');\n[1].map(subject)");
    const chained = README("subject('a')\n  .trim()\n(0)");
    expect(documentedPrograms([{ path: 'README.md', text: chained }], SUBJECT).join()).toContain(
      '.trim();\n(0)',
    );
  });

  it('[LLM-10] are of a file of the package where they ask for one', () => {
    const text =
      "# S\n\n```js\nconst { trim } = require('subject/lib/trim')\nrequire('subject/no')\nconst s = require('subject')\ntrim('a')\n```\n\n```js\ntrim(input)\n```\n";
    const partFile = (part: string): string | null => (part === 'lib/trim' ? 'lib/trim.js' : null);
    expect(documentedPrograms([{ path: 'README.md', text }], { ...SUBJECT, partFile })).toEqual([
      "import subjectPart0 = require('./lib/trim.js');\nconst { trim } = subjectPart0\nrequire('subject/no')\nconst s = subject\ntrim('a')",
      "import subjectPart0 = require('./lib/trim.js');\nconst trim = subjectPart0.trim;\ntrim(input)",
    ]);
  });

  it('[LLM-10] of an ES module are of what it exports, and of its default where they take it whole', () => {
    const text =
      "# S\n\n```js\nimport subject, { part } from 'subject'\npart(1)\nsubject('a')\nsubject.other('b')\n```\n";
    const programs = documentedPrograms([{ path: 'README.md', text }], { ...SUBJECT, isModule: true });
    expect(programs[0]).toBe(
      "void subject.part(1);\nvoid subject.default('a');\nvoid subject.default.other('b');",
    );
    const { files, strictErrors } = annotate({
      files: [
        {
          path: 'index.ts',
          text: 'export default function f (text, more) { return text.trim() + more.trim() }\n',
        },
      ],
      dependencies: [],
      moduleSystem: 'ESM',
      usage: { entry: 'index.ts', programs: ["subject.default('a')"] },
    });
    expect(strictErrors).toEqual([]);
    expect(files[0]?.text).toContain('more?: string');
  });

  it('[LLM-10] refuse the package where no type can be given with which they compile', () => {
    const { errors } = used('export = function (text) { return text.trim() }\n', ["subject('a', 'b')"]);
    expect(errors).toContainEqual(
      expect.stringMatching(/^own: The documents show .*refuse it: Expected 1 arg/),
    );
  });

  it.each([
    [
      'const convert: Record<string, {}> = {}',
      'subject.rgb.hsl(140, 200, 100)',
      "Property 'hsl' does not exist on type '{}'",
    ],
    [
      'const convert: { rgb: object } = { rgb: {} }',
      'subject.rgb.channels.toFixed()',
      "Property 'channels' does not exist on type 'object'",
    ],
    [
      'const convert: { rgb: unknown } = { rgb: {} }',
      'const { rgb } = subject\nrgb.hsl()',
      "'rgb' is of type 'unknown'",
    ],
  ])('[LLM-10] refuse it over a part of it of which its type says nothing: %s', (source, calls, reason) => {
    const { errors } = used(`${source}\nexport = convert\n`, [calls]);
    expect(errors).toContainEqual(expect.stringMatching(new RegExp(`^own: .*refuse it: ${reason}`)));
  });

  it('[LLM-10] do not refuse it over a part that it does not have', () => {
    const { errors } = used('export = { rgb: { hex: function () { return 1 } } }\n', ['subject.rgb.hsl(1)']);
    expect(errors.filter((error) => error.startsWith('own:'))).toEqual([]);
  });

  it('[LLM-10] do not refuse it over what they make of others, though it stands in an argument of the package', () => {
    const { errors } = used('export = function (text, more) { return text.trim() + String(more) }\n', [
      "subject('a', { at: new Range(1, 2), in: [new Range(3)] })",
    ]);
    expect(errors.filter((error) => error.startsWith('own:'))).toEqual([]);
  });

  it('[LLM-10] change nothing that takes them as it is, and nothing for a name that is not exported', () => {
    const source = 'export = function (text) { return text.trim() }\n';
    const plain = used(source, []).text;
    expect(used(source, ["subject('a')", "subject.missing('a')"]).text).toBe(plain);
  });

  it.each([
    ['cost a few any', 1, 3],
    ['cost no any where one would make many', 9, 0],
  ])('[LLM-10] %s: a result that %d places take over', (_, count, expected) => {
    const places = Array.from({ length: count }, (_, at) => `  const v${at} = f('${at}')\n`).join('');
    const source = `function f (text) { return text.trim() }\nf.all = function () {\n${places}  return v0\n}\nexport = f\n`;
    expect(used(source, ["subject('a').nope(1)"]).any).toBe(expected);
  });

  it('[LLM-10] never cost the body its types', () => {
    const source =
      "export = function (text) { if (typeof text !== 'string') throw new TypeError('no'); return text.trim() }\n";
    const { text, any } = used(source, ["subject('a')", 'subject(1)']);
    expect(any).toBe(0);
    expect(text).not.toContain(' as unknown as any');
  });
});
