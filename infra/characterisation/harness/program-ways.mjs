/** Which way a run took through the code of the package, as V8 counted: two with the same result need not have taken the same. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NOT_OWN = /(?:^|\/)(?:node_modules|\.iama)\//;

/** Path of a script in the package; null: it is none of its own. */
function ownPath(url, packageRoot) {
  if (!url.startsWith('file://')) return null;
  const name = path.relative(packageRoot, fileURLToPath(url)).split(path.sep).join('/');
  return name.startsWith('../') || NOT_OWN.test(name) ? null : name;
}

/**
 * @param folder where Node wrote its counts (`NODE_V8_COVERAGE`); nothing lies there when the process was killed
 * @returns a digest of what ran and what did not; the same for runs that differ only in how often
 */
export function wayOf(folder, packageRoot) {
  const found = [];
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  for (const file of files) {
    const { result = [] } = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    for (const { url, functions } of result) {
      const name = ownPath(url, packageRoot);
      if (name === null) continue;
      const ranges = functions.flatMap((one) => one.ranges);
      const ran = ranges.map(({ startOffset, endOffset, count }) =>
        [startOffset, endOffset, Math.sign(count)].join(),
      );
      found.push(`${name} ${ran.sort().join(' ')}`);
    }
  }
  return createHash('sha256').update(found.sort().join('\n')).digest('hex');
}
