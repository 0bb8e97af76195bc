import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The person's editor as a command of the shell, which may have arguments of its own (`code --wait`); null: none is named. */
export const editorOf = (env: NodeJS.ProcessEnv): string | null => env['VISUAL'] || env['EDITOR'] || null;

const open = (editor: string, file: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    // The output of this command may be read by a script: an editor draws where questions are asked.
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: ['inherit', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code));
  });

/** The text as the person leaves it, in a file that only they can read; null: the editor failed, and nothing counts. */
export const editText = async (editor: string, name: string, text: string): Promise<string | null> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-edit-'));
  try {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return (await open(editor, file)) === 0 ? await readFile(file, 'utf8') : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
