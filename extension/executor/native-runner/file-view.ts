import { existsSync } from 'node:fs';
import { sep } from 'node:path';

/** What the processes of a run see of the disk, where namespaces let us arrange it (EXE-02). All paths are absolute and real. */
export type FileView = Readonly<{
  /** Stays writable, though a folder around it may not be. */
  writable: string;
  /** Nothing in there can be written, under whatever path it is reached. */
  readOnly: readonly string[];
  /** `lower` shows at `at` and is never written; what is written there goes to `upper`. `work` is the kernel's own. */
  layers: readonly Layer[];
}>;

export type Layer = Readonly<{ lower: string; upper: string; work: string; at: string }>;

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

const layered = ({ lower, upper, work, at }: Layer): string =>
  // In a user namespace the kernel keeps its marks in attributes that the user may set (since Linux 5.11).
  `mount -t overlay -o ${quoted(`userxattr,lowerdir=${lower},upperdir=${upper},workdir=${work}`)} overlay ${quoted(at)}`;

const locked = (path: string): string =>
  `mount --rbind ${quoted(path)} ${quoted(path)} && mount -o remount,bind,ro ${quoted(path)}`;

/**
 * Commands of a shell that arrange the view; it must own a mount namespace. The working folder is entered again, since
 * it was opened before anything lay over it.
 */
export const arranging = ({ writable, readOnly, layers }: FileView): string =>
  [
    `mount --bind ${quoted(writable)} ${quoted(writable)}`,
    ...layers.map(layered),
    ...readOnly.map(locked),
    'cd "$(pwd -P)"',
  ].join(' && ');

const moved = (path: string, from: string, to: string): string | null =>
  path === from || path.startsWith(from + sep) ? to + path.slice(from.length) : null;

/** Where to read, from outside of the view, what a run sees at that path. */
export const onDisk = (view: FileView | null, path: string): string => {
  for (const { at, upper, lower } of view?.layers ?? []) {
    const above = moved(path, at, upper);
    if (above !== null && existsSync(above)) return above;
    const below = moved(path, at, lower);
    if (below !== null) return below;
  }
  return path;
};

/** Where a run sees a file of the disk; the path as it is where no layer shows it. */
export const inView = (view: FileView | null, path: string): string => {
  for (const { at, upper, lower } of view?.layers ?? []) {
    const shown = moved(path, upper, at) ?? moved(path, lower, at);
    if (shown !== null) return shown;
  }
  return path;
};
