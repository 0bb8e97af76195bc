/** What lies in a package besides its code: a server that is started in its folder finds templates, pages and data there. */
import fs from 'node:fs';
import path from 'node:path';

const SKIPPED = new Set(['node_modules', 'coverage']);
/** Sources, what is made of them, and what tools read; a change of the code may add and remove these. */
const NOT_DATA = /\.[cm]?[jt]sx?$|\.map$|^(?:package(?:-lock)?|tsconfig[^/]*)\.json$/;
const MAX_FILES = 200;
const MAX_BYTES = 4 * 1024 * 1024;

/** Paths relative to the package, none of them hidden; none at all where they are too many or too large to be copied for each run. */
export function packageData(packageRoot) {
  const found = [];
  let bytes = 0;
  const enter = (folder) => {
    for (const entry of fs.readdirSync(path.join(packageRoot, folder), { withFileTypes: true })) {
      const name = path.join(folder, entry.name);
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name) || found.length > MAX_FILES) continue;
      if (entry.isDirectory()) enter(name);
      else if (entry.isFile() && !NOT_DATA.test(entry.name)) {
        found.push(name);
        bytes += fs.statSync(path.join(packageRoot, name)).size;
      }
    }
  };
  enter('');
  return found.length > MAX_FILES || bytes > MAX_BYTES ? [] : found.sort();
}

export function copyData(names, packageRoot, folder) {
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.copyFileSync(path.join(packageRoot, name), path.join(folder, name));
  }
}
