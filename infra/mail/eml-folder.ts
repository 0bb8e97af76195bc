import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../error-code.ts';
import { asEml } from './eml.ts';
import type { Mailer } from './mailer.ts';

/** Mails as files, for an installation without a mail server: complete or absent, readable by their owner only (OPS-09). */
export const emlFolder = (folder: string): Mailer => ({
  async send(mail) {
    const at = new Date();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${at.toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}`;
    const temporary = join(folder, `.${name}`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(asEml(mail, at));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, `${name}.eml`));
  },
});

/** None where there is no such folder. */
export const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};

/** The files of mails to an address, whole or not. */
export const emlFilesTo = async (folder: string, address: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const head = (await readFile(path, 'utf8')).split('\r\n\r\n', 1)[0] ?? '';
    if (head.toLowerCase().split('\r\n').includes(`to: ${address.toLowerCase()}`)) found.push(path);
  }
  return found;
};
