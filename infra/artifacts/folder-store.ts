import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open as openFile, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import { hasCode } from '../error-code.ts';
import { type ArtifactHeader, open, readHeader, seal, sha256Hex } from './envelope.ts';
import type { Keyring } from './keyring.ts';

const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,80}$/;

/** DEL-05: artifacts live 14 days. */
export const ARTIFACT_TTL_MS = 14 * 24 * 3600 * 1000;
/** A repeated `put` renews what has less than this left: its caller is about to work with it. */
const RENEW_BELOW_MS = ARTIFACT_TTL_MS / 2;
/**
 * What the sources of one job may take, which a client sends as often as it likes until the job begins: twice in parts
 * and once whole, with room for what JSON adds. Uploads at the same moment may go beyond it by what they are.
 */
const SOURCES_QUOTA: Quota = { bytes: 256 * 1024 * 1024, artifacts: 10_000 };
export type Quota = Readonly<{ bytes: number; artifacts: number }>;
/** Far longer than any write takes; what is older was left by a process that was killed. */
const PART_TTL_MS = 3600 * 1000;
const PART = /^\..+\.part$/;

/** Content-derived, so that a repeated `put` finds what the first one stored. Shaped like a UUID (version 8, RFC 9562). */
const artifactIdOf = (jobId: string, kind: string, sha256: string): string => {
  const hex = createHash('sha256').update(`${jobId}\n${kind}\n${sha256}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** What a file takes on the disk; none where it is gone meanwhile. */
const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
};

/** Names in a folder; none where there is no such folder. */
const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
};

const refOf = ({ artifactId, kind, sha256, size, expiresAt, keyRef }: ArtifactHeader): ArtifactRef => ({
  artifactId,
  kind,
  sha256,
  size,
  expiresAt,
  keyRef,
});

/** A rename lasts once the folder is on the disk; Windows cannot open one, and does it by itself. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await openFile(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const writeDurably = async (folder: string, path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomUUID()}.part`);
  const file = await openFile(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(folder);
};

/**
 * Artifacts as encrypted files, `<root>/<job>/<artifact>` (DEL-05, folder storage). A file is complete or absent: it is
 * written beside, synced and renamed.
 */
export const folderArtifactStore = (options: {
  root: string;
  keyring: Keyring;
  clock?: () => Date;
  quota?: Quota;
}): ArtifactStore => {
  const { root, keyring, clock = () => new Date(), quota = SOURCES_QUOTA } = options;
  const locate = (jobId: string, artifactId: string): { folder: string; path: string } => {
    if (!SAFE_NAME.test(jobId) || !SAFE_NAME.test(artifactId)) {
      throw new Rejection('ARTIFACT_NOT_FOUND', 'There is no such artifact.');
    }
    const folder = join(root, jobId);
    return { folder, path: join(folder, artifactId) };
  };

  const readStored = async (path: string): Promise<Buffer | null> => {
    try {
      return await readFile(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  };

  const isOlder = async (path: string, atMs: number): Promise<boolean> => {
    try {
      return (await stat(path)).mtimeMs < atMs;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  };

  const openStored: ArtifactStore['open'] = async ({ jobId, artifactId }) => {
    const stored = await readStored(locate(jobId, artifactId).path);
    if (stored === null) throw new Rejection('ARTIFACT_NOT_FOUND', 'There is no such artifact.');
    const opened = open(keyring, stored);
    if (opened === null || opened.header.jobId !== jobId || opened.header.artifactId !== artifactId) {
      throw new Rejection('ARTIFACT_CORRUPT', 'The stored artifact does not match its hash.', {
        artifactId,
      });
    }
    if (Date.parse(opened.header.expiresAt) <= clock().getTime())
      throw new Rejection('ARTIFACT_EXPIRED', 'The artifact has expired.', { artifactId });
    return { ref: refOf(opened.header), bytes: opened.plain };
  };

  const requireRoom = async (folder: string, bytes: number): Promise<void> => {
    const names = await namesIn(folder);
    const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
    const kept = sizes.reduce((sum, size) => sum + size, 0);
    if (kept + bytes <= quota.bytes && names.length < quota.artifacts) return;
    throw new Rejection('BODY_TOO_LARGE', 'This job keeps no more sources. Begin another one.', {
      limitBytes: quota.bytes,
    });
  };

  return {
    open: openStored,
    get: async (ref) => (await openStored(ref)).bytes,

    async put({ jobId, kind, bytes, now }) {
      const sha256 = sha256Hex(bytes);
      const artifactId = artifactIdOf(jobId, kind, sha256);
      const { folder, path } = locate(jobId, artifactId);
      const known = await readStored(path);
      const opened = known === null ? null : open(keyring, known);
      if (opened !== null && Date.parse(opened.header.expiresAt) - now.getTime() > RENEW_BELOW_MS)
        return refOf(opened.header);
      if (known === null && kind === 'CONTEXT') await requireRoom(folder, bytes.byteLength);
      const expiresAt = new Date(now.getTime() + ARTIFACT_TTL_MS).toISOString();
      const stored = seal(
        keyring,
        { jobId, artifactId, kind, sha256, size: bytes.byteLength, expiresAt },
        bytes,
      );
      await writeDurably(folder, path, stored);
      return { artifactId, kind, sha256, size: bytes.byteLength, expiresAt, keyRef: keyring.current };
    },

    async discard(jobId) {
      if (!SAFE_NAME.test(jobId)) throw new Rejection('ARTIFACT_NOT_FOUND', 'There is no such artifact.');
      await rm(join(root, jobId), { recursive: true, force: true });
    },

    async sweep(now) {
      let deleted = 0;
      for (const job of await namesIn(root)) {
        for (const name of await namesIn(join(root, job))) {
          const path = join(root, job, name);
          if (PART.test(name)) {
            if (await isOlder(path, now.getTime() - PART_TTL_MS)) await rm(path, { force: true });
            continue;
          }
          const stored = await readStored(path);
          const read = stored === null ? null : readHeader(stored);
          if (read === null || Date.parse(read.header.expiresAt) > now.getTime()) continue;
          await rm(path, { force: true });
          deleted += 1;
        }
      }
      return deleted;
    },
  };
};
