import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Delivery, DeliveryFile } from '../../domain/patching/delivery.ts';
import { patchFile } from '../../domain/patching/patch-file.ts';

const run = promisify(execFile);
type Tree = Readonly<Record<string, string>>;

let folders: string[] = [];
afterEach(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  folders = [];
});

const side = (text: string | null) =>
  text === null ? null : { sha256: createHash('sha256').update(text).digest('hex'), text };

const file = (path: string, before: string | null, after: string | null, to = path): DeliveryFile => ({
  path,
  to,
  before: side(before),
  after: side(after),
});

const treeOf = async (root: string): Promise<Tree> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(root.length + 1), await readFile(path, 'utf8')] as const;
  });
  return Object.fromEntries((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** What `git apply` makes of the untouched files with the patch of the delivery, and back again with `--reverse`. */
const applied = async (files: readonly DeliveryFile[]) => {
  const root = await mkdtemp(join(tmpdir(), 'iama-patch-'));
  folders.push(root);
  const work = join(root, 'work');
  await mkdir(work);
  for (const { path, before } of files) {
    if (before === null) continue;
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), before.text);
  }
  const untouched = await treeOf(work);
  const patch = join(root, 'the.patch');
  const delivery: Delivery = { schema: 'iama.delivery/1', files };
  await writeFile(patch, patchFile(delivery));
  const git = (...args: string[]) =>
    run('git', ['apply', '--whitespace=nowarn', ...args, patch], { cwd: work });
  await git('--check');
  await git();
  const changed = await treeOf(work);
  await git('--reverse');
  return { untouched, changed, reverted: await treeOf(work) };
};

const wanted = (files: readonly DeliveryFile[]): Tree =>
  Object.fromEntries(
    files
      .flatMap(({ to, after }) => (after === null ? [] : [[to, after.text] as const]))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const long = (first: string, last: string, eol = '\n') =>
  [first, ...Array.from({ length: 30 }, (_, n) => `line ${n}`), last, ''].join(eol);

const cases: readonly (readonly [string, readonly DeliveryFile[]])[] = [
  ['changes in two places', [file('a.js', long('x', 'y'), long('X', 'Y'))]],
  ['a new file, an empty new file', [file('new/a.ts', null, 'a\nb\n'), file('empty.ts', null, '')]],
  ['a deleted file, an empty deleted file', [file('a.js', 'a\n', null), file('empty.js', '', null)]],
  [
    'a moved file with and without a change',
    [file('a.js', long('x', 'y'), long('x', 'Y'), 'src/a.ts'), file('b.js', 'b\n', 'b\n', 'b.ts')],
  ],
  ['an empty file that moves', [file('a.js', '', '', 'a.ts')]],
  ['a file that is emptied, and one that is filled', [file('a.js', 'a\n', ''), file('b.js', '', 'b\n')]],
  [
    'CRLF, also where it becomes LF',
    [
      file('a.js', long('x', 'y', '\r\n'), long('X', 'y', '\r\n')),
      file('b.js', long('x', 'y', '\r\n'), long('x', 'y')),
    ],
  ],
  [
    'no newline at the end, before, after and both',
    [file('a.js', 'a\nb', 'a\nb\n'), file('b.js', 'a\nb\n', 'a\nb'), file('c.js', 'a\nb', 'c\nb')],
  ],
  [
    'names beyond ASCII, with spaces, quotes and backslashes',
    [
      file('größe/ключ.js', 'a\n', 'b\n', 'größe/ключ.ts'),
      file('with space.js', 'a\n', 'b\n'),
      file('a "quoted" one.js', null, 'x\n'),
      file('tab\there.js', 'a\n', null),
      file('日本.js', 'a\n', 'b\n'),
    ],
  ],
  [
    'a byte order mark and text beyond ASCII',
    [file('a.js', '\uFEFFvar ä = 1;\n', '\uFEFFconst ä: number = 1;\n')],
  ],
  [
    'lines that look like a patch',
    [file('a.js', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', '--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+c\n')],
  ],
];

describe('the patch of a delivery', () => {
  it.each(cases)('[DEL-01] is taken by git apply: %s', async (_name, files) => {
    const { untouched, changed, reverted } = await applied(files);
    expect(changed).toEqual(wanted(files));
    expect(reverted).toEqual(untouched);
  });

  it('[DEL-01] is empty when nothing changes', () => {
    expect(patchFile({ schema: 'iama.delivery/1', files: [file('a.js', 'a\n', 'a\n')] })).toBe('');
  });

  it('[DEL-01] is taken by git apply whatever the lines are', async () => {
    const line = fc.constantFrom('', 'a', 'b', ' ', '\\ No newline at end of file', '}', 'ä\r', '-', '+');
    const text = fc
      .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
      .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''));
    await fc.assert(
      fc.asyncProperty(text, text, fc.boolean(), async (before, after, moves) => {
        const files = [file('a.js', before, after, moves ? 'b.ts' : 'a.js')];
        fc.pre(before !== after || moves);
        expect((await applied(files)).changed).toEqual(wanted(files));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
