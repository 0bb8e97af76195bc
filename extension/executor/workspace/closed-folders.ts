import { access, constants } from 'node:fs/promises';
import { join, posix } from 'node:path';

const mayWrite = async (folder: string): Promise<boolean> => {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The folders of these files that this person may not write into, `.` for the project itself: a file is written beside its old one and
 * takes its place, so that the folder counts and not the file.
 */
export const closedFolders = async (
  workspace: string,
  paths: readonly string[],
  isOpen = mayWrite,
): Promise<readonly string[]> => {
  const folders = [...new Set(['.', ...paths.map((path) => posix.dirname(path))])].sort();
  const open = await Promise.all(folders.map((folder) => isOpen(join(workspace, folder))));
  return folders.filter((_, index) => open[index] !== true);
};
