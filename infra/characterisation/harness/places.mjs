/** Names the folders of this machine in what is recorded: where the package and its folders lie differs from run to run. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).slice(0, -1);
const ABOVE = path.dirname(ROOT);
const COPY = path.basename(ABOVE);
const isCopy = /^iama-/.test(COPY);
const isInName = (char) =>
  char !== undefined &&
  (char === '_' || char === '-' || (char >= '0' && char <= '9') || char.toLowerCase() !== char.toUpperCase());

/** Where it is not the beginning of a longer name, as `/tmp` is of `/tmpfs` and of `/tmp.old`. */
function replaceWhole(text, place, name) {
  let out = '';
  let at = 0;
  for (;;) {
    const found = text.indexOf(place, at);
    if (found === -1) return out + text.slice(at);
    const end = found + place.length;
    const isLonger = isInName(text[end]) || (text[end] === '.' && isInName(text[end + 1]));
    out += text.slice(at, found) + (isLonger ? place : name);
    at = end;
  }
}

/** And the mark of the run; the longest first, as one may lie in another. */
const PLACES = [
  { place: ROOT, name: '<package>' },
  // A private copy lies in a folder of its own, which code that walks up to the root meets. Made for it, its name stands nowhere by
  // chance: it is replaced within a longer one as well, as of a folder beside it.
  { place: isCopy ? ABOVE : undefined, name: '<package>/..', isUnique: true },
  // Its name alone, as of code that takes a path apart.
  { place: isCopy ? COPY : undefined, name: '<copy>', isUnique: true },
  { place: process.env.HOME, name: '<home>' },
  { place: process.env.TMPDIR, name: '<temp>' },
  { place: process.env.IAMA_RUN, name: '<run>', isUnique: true },
]
  .filter(({ place }) => place !== undefined && place.length > 1)
  // Also as code writes them that compares without regard to case. In small letters they have the same name: some have no capitals.
  .flatMap(({ place, name, isUnique }) =>
    [
      { place, name },
      ...(place.toLowerCase() === place ? [] : [{ place: place.toLowerCase(), name }]),
      { place: place.toUpperCase(), name: name.toUpperCase() },
    ].map((one) => ({ ...one, isUnique: isUnique === true })),
  )
  .sort((one, other) => other.place.length - one.place.length);
/** Begins what tells the address of a module that is loaded anew in another process from the others: no part of where it is. */
export const WORLD_MARK = '?iama-world=';
const MARKED = /\?iama-world=\d+/g;
/** The frames of a stack trace that somebody put into a text: any other layout of the same code has others. */
export const FRAMES = /\n[ \t]+at [^\n]*/g;
/** The text with the folders of this machine named, and without stack frames where it held such a folder. */
export const withoutPlaces = (text) => {
  let out = text.includes(WORLD_MARK) ? text.replace(MARKED, '') : text;
  for (const { place, name, isUnique } of PLACES)
    out = isUnique ? out.replaceAll(place, name) : replaceWhole(out, place, name);
  return out === text ? out : out.replace(FRAMES, '');
};
