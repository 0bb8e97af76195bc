/** What a program wrote, as text that two runs can be compared by. */
import { createHash } from 'node:crypto';
import { ENGINE_MESSAGE } from './encode.mjs';
import { FRAMES, withoutPlaces } from './places.mjs';

const { stringify } = JSON;
const MAX_SHOWN = 4_000;
const SHOWN = 1_500;

/** Where Node shows the line of source that an error was thrown from: other sources have another line there. */
const THROWN_FROM =
  /^(?:Uncaught:\n)?(?:file:\/\/)?(?:<package>|<run>|node:)[^\n]*:\d+\n[^\n]*\n[ \t]*\^+[^\n]*\n+/m;
const NODE_VERSION = /\n+Node\.js v[^\n]*\n*$/;
const ERROR_LINE = /^(uncaught (?:Type|Reference)Error): ([^\n]*)/m;

/** Long text by its beginning and its digest. */
function quoted(text) {
  if (text.length <= MAX_SHOWN) return stringify(text);
  const digest = createHash('sha256').update(text).digest('hex');
  return `${stringify(text.slice(0, SHOWN))}<${text.length} characters, ${digest}>`;
}

/** The text with the folders of the run and of the package named. */
export function named(text, { run, packageRoot }) {
  const out = withoutPlaces(text.replaceAll(run, '<run>').replaceAll(packageRoot, '<package>'));
  return out === text ? out : out.replace(FRAMES, '');
}

/** Of an error that nobody caught only its class and message are the program's own; V8's wording quotes the source. */
function withoutCrash(text) {
  if (!THROWN_FROM.test(text)) return text;
  return text
    .replace(THROWN_FROM, 'uncaught ')
    .replace(NODE_VERSION, '')
    .replace(ERROR_LINE, (whole, name, message) =>
      ENGINE_MESSAGE.test(message) ? `${name}: <engine>` : whole,
    );
}

/**
 * @param ended `{ code, signal, stdout, stderr }`; output as Buffers
 * @param seen lines about what it answered and the files of the run
 * @param places `{ run, packageRoot }`: folder of the run, and of the package
 * @returns one text; begins with an arrow where the program ended well
 */
export function runText({ code, signal, stdout, stderr }, seen, places) {
  const parts = [`${code === 0 ? '→ ' : ''}exit ${code ?? signal}`];
  const err = withoutCrash(named(stderr.toString(), places));
  if (stdout.length > 0) parts.push(`stdout ${contentText(stdout, places)}`);
  if (err !== '') parts.push(`stderr ${quoted(err)}`);
  return [...parts, ...seen].join(', ');
}

/** What was written: its text, or the digest of what is none. */
export function contentText(bytes, places) {
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return isText
    ? quoted(named(text, places))
    : `<${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}>`;
}
