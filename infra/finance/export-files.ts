import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ExportFiles, FileAnswer } from '../../read-api/kernel/query.ts';
import { isMissing } from '../postgres/embedded-files.ts';
import { exportFolder } from './export-folder.ts';
import { MANIFEST_FILE, type Manifest, manifestSchema, manifestSha256 } from './manifest.ts';

const missing = (): Rejection =>
  new Rejection(
    'EXPORT_FILES_MISSING',
    'The files of the export are not in the data folder of this server as they were signed.',
  );

/** Throws `Rejection` EXPORT_FILES_MISSING where it is not there, or not what the log holds the hash of. */
const readSigned = async (
  path: string,
  sha256: string,
): Promise<Readonly<{ bytes: Buffer; manifest: Manifest }>> => {
  try {
    const bytes = await readFile(path);
    const parsed = manifestSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success && manifestSha256(parsed.data) === sha256) return { bytes, manifest: parsed.data };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isMissing(error)) throw error;
  }
  throw missing();
};

/** Opened before it is answered for, so that a file which is gone is a refusal and no broken answer. */
const opened = async (
  path: string,
  size: number,
  { start, end }: Parameters<FileAnswer['open']>[0],
): ReturnType<FileAnswer['open']> => {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).size === size) return file.createReadStream(size === 0 ? {} : { start, end });
    await file.close();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw missing();
};

/** Files that a worker has written into this data folder. Only names of the signed manifest lead to a path. */
export const exportFiles = (dataFolder: string): ExportFiles => ({
  async find({ exportId, manifestSha256: signed }, name) {
    const folder = exportFolder(dataFolder, exportId);
    const { bytes, manifest } = await readSigned(join(folder, MANIFEST_FILE), signed);
    const answer = (size: number, sha256: string): FileAnswer => ({
      name,
      size,
      sha256,
      open: (range) => opened(join(folder, name), size, range),
    });
    if (name === MANIFEST_FILE)
      return answer(bytes.byteLength, createHash('sha256').update(bytes).digest('hex'));
    const file = manifest.files.find((each) => each.name === name);
    if (file === undefined)
      throw new Rejection('EXPORT_FILE_NOT_FOUND', 'The manifest of the export names no such file.', {
        files: [MANIFEST_FILE, ...manifest.files.map((each) => each.name)],
      });
    return answer(file.bytes, file.sha256);
  },
});
