import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutput } from './output.ts';
import { codeLeftOut, readProject } from './prepare.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-prepare-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a person sees of the project in the folder. */
const told = async (apply: boolean | null = null): Promise<string> => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (line: string) => lines.push(line) > 0 };
  await readProject(
    { output: createOutput({ json: false, stdout: stream, stderr: stream, env: {} }) },
    folder,
    [],
    apply,
  );
  return lines.join('');
};

describe('a project whose dependencies are not installed', () => {
  it('[EXE-07] is told so before a job begins, and not by what could not be recorded', async () => {
    await writeFile(join(folder, 'index.js'), "module.exports = require('parse-ms');");
    await writeFile(join(folder, 'package.json'), '{"dependencies":{"parse-ms":"2.1.0"}}');
    expect(await told()).toContain(
      'Not installed: parse-ms. What loads it cannot run, so nothing of it can be proven. npm install brings it.',
    );
    await mkdir(join(folder, 'node_modules/parse-ms'), { recursive: true });
    await writeFile(join(folder, 'node_modules/parse-ms/package.json'), '{}');
    expect(await told()).not.toContain('Not installed');
  });
});

describe('a folder that the person may not write into', () => {
  it.skipIf(process.getuid?.() === 0)('[EXE-07] is told of before a job takes any time', async () => {
    await mkdir(join(folder, 'lib'));
    await writeFile(join(folder, 'lib/index.js'), 'module.exports = 1;');
    expect(await told()).not.toContain('You may not write');
    await chmod(join(folder, 'lib'), 0o500);
    const [text, withoutApply] = [await told(), await told(false)];
    await chmod(join(folder, 'lib'), 0o700);
    expect(text).toContain('You may not write into lib, so what is delivered could not be applied there.');
    // Who begins with --no-apply has taken the advice already.
    expect(withoutApply).not.toContain('You may not write');
  });
});

describe('sources that stay behind', () => {
  it('[CTX-01] [EXE-07] are named with the reason, because nobody converts them', async () => {
    await writeFile(join(folder, 'index.js'), 'module.exports = 1;');
    await writeFile(join(folder, 'big.js'), 'x'.repeat(512 * 1_024 + 1));
    await writeFile(join(folder, 'a.min.js'), 'x');
    await writeFile(join(folder, 'old.js'), Buffer.from([0x27, 0xe9, 0x27]));
    await mkdir(join(folder, 'sub/.git'), { recursive: true });
    expect(await told()).toContain(
      'Sources that are left out, and so not converted: a.min.js (minified), big.js (over 512 KB), old.js (not in UTF-8), sub (a repository of its own).',
    );
  });

  it('[CTX-01] [EXE-07] are no pictures, and none where all sources go along', async () => {
    await writeFile(join(folder, 'index.js'), 'module.exports = 1;');
    await writeFile(join(folder, 'logo.png'), Buffer.from([0x89, 0]));
    expect(await told()).toMatch(/left out 1\.\n$/u);
  });

  it('[CTX-01] [EXE-07] are the first ten, and the number of the others', () => {
    const skipped = Array.from(
      { length: 13 },
      (_, at) => ({ path: `${at}.js`, verdict: 'GENERATED' }) as const,
    );
    expect(codeLeftOut(skipped)).toMatch(/9\.js \(generated\) and 3 more\.$/u);
  });
});
