import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headSigner, newHeadKeyPem } from '../../../audit/head-key.ts';

export type DataFolder = Readonly<{
  folder: string;
  file: (name: string) => string;
  /** Where the public key stands by which its heads are trusted. */
  key: string;
  remove: () => Promise<void>;
}>;

/** The data folder of a server that has a key for the heads of the tree. */
export const createDataFolder = async (): Promise<DataFolder> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-cli-data-'));
  const file = (name: string): string => join(folder, name);
  const pem = newHeadKeyPem();
  await mkdir(file('secrets'));
  await writeFile(file('secrets/tree-head.pem'), pem, { mode: 0o600 });
  await writeFile(file('trusted.pem'), headSigner(pem).publicKeyPem);
  return {
    folder,
    file,
    key: file('trusted.pem'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
