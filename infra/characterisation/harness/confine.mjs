/** What a program may write: its own folders, and nothing else of the disk. A refused call marks the run as unsafe. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnsafeCall } from './reach.mjs';

/** How many of the first arguments name what is written. */
const WRITERS = {
  appendFile: 1,
  chmod: 1,
  chown: 1,
  copyFile: 2,
  cp: 2,
  lchmod: 1,
  lchown: 1,
  link: 2,
  lutimes: 1,
  mkdir: 1,
  mkdtemp: 1,
  mkdtempDisposable: 1,
  rename: 2,
  rm: 1,
  rmdir: 1,
  symlink: 2,
  truncate: 1,
  unlink: 1,
  utimes: 1,
  writeFile: 1,
};
/** What is not a file of anybody. */
const DEVICES = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/tty']);

const { realpathSync } = fs;
const { cwd } = process;

function textOf(target) {
  if (target instanceof URL) return fileURLToPath(target);
  return Buffer.isBuffer(target) ? target.toString() : target;
}

/** Where a path leads, links of its folders followed; it need not be there. */
function real(absolute) {
  try {
    return realpathSync(absolute);
  } catch (error) {
    const parent = path.dirname(absolute);
    if (error.code !== 'ENOENT' || parent === absolute) return absolute;
    return path.join(real(parent), path.basename(absolute));
  }
}

/**
 * @param replace puts another value in the place of a member
 * @param state `unsafe`: names of the refused calls
 * @param root the only folder in which files may be made, changed and removed; absolute and real
 */
export function confineWrites(replace, state, root) {
  /** A descriptor was opened by a call that was looked at; anything that names no place fails by itself. */
  function isInside(target, from) {
    const named = textOf(target);
    if (typeof named !== 'string' || DEVICES.has(named)) return true;
    const place = real(path.resolve(from, named));
    return place === root || place.startsWith(root + path.sep);
  }

  function refuse(label) {
    state.unsafe.push(label);
    throw new UnsafeCall(label);
  }

  function confine(owner, label, name, written) {
    const original = owner[name];
    if (typeof original !== 'function') return;
    replace(owner, name, function confined(...args) {
      // What a link says is read from the folder that the link is in.
      const from = name.startsWith('symlink')
        ? path.resolve(cwd(), path.dirname(String(textOf(args[1]))))
        : cwd();
      const isWhole = args.slice(0, written).every((one, at) => isInside(one, at === 0 ? from : cwd()));
      if (!isWhole) refuse(`${label}.${name}`);
      return Reflect.apply(original, this, args);
    });
  }

  function confineOpen(owner, label, name) {
    const original = owner[name];
    replace(owner, name, function open(target, flags, ...rest) {
      const reads =
        flags === undefined || flags === null || flags === 'r' || flags === 0 || typeof flags === 'function';
      if (!reads && !isInside(target, cwd())) refuse(`${label}.${name}`);
      return Reflect.apply(original, this, [target, flags, ...rest]);
    });
  }

  for (const [name, written] of Object.entries(WRITERS)) {
    confine(fs, 'fs', name, written);
    confine(fs, 'fs', `${name}Sync`, written);
    confine(fs.promises, 'fs.promises', name, written);
  }
  confineOpen(fs, 'fs', 'open');
  confineOpen(fs, 'fs', 'openSync');
  confineOpen(fs.promises, 'fs.promises', 'open');
}
