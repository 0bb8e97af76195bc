import { withoutAddresses } from '../../domain/kernel/addresses.ts';
import { KEY_BEGIN, KEY_END, SECRETS } from '../../domain/kernel/secrets.ts';

/** In place of what must be in no line (OPS-10). */
export const CUT_OUT = '[cut out]';

const CREDENTIALS = [
  'authorization',
  'password',
  'access_token',
  'refresh_token',
  'token',
  'device_code',
  'user_code',
  'new_password',
  'current_password',
  'task_token',
  'connectionString',
];
/** What somebody sent, or was told. */
const CONTENTS = ['headers', 'body', 'req', 'res'];

/** Fields that are cut out whatever they hold; as a text, each is cut out at any depth. More paths cost every line. */
export const REDACTED_PATHS = [...CREDENTIALS.map((field) => `*.${field}`), ...CONTENTS];

/** A form of secrets that a line of JSON gives them, and a piece of each by which most lines are let go unread. */
type Form = Readonly<{ piece: string; form: RegExp }>;

/** None begins, ends or cuts within an escape of JSON, and none reaches over the end of a text. */
const FORMS: readonly Form[] = [
  // The whole of a key, also where its end is cut off.
  {
    piece: 'PRIVATE KEY',
    form: new RegExp(`${KEY_BEGIN.source}(?:[^"\\\\]|\\\\.)*?(?:${KEY_END.source}|(?="))`, 'g'),
  },
  { piece: '://', form: /(?<=:\/\/[^\s"\\:/@]*:)[^\s"\\/@]+(?=@)/g },
  // JSON.parse quotes what it was given: code, or the answer of a model.
  {
    piece: ' is not valid JSON',
    form: /(?<=, )(?:\.{3})?\\"(?:[^"\\]|\\.){0,200}?\\"(?:\.{3})?(?= is not valid JSON)/g,
  },
];

const NAMED = new RegExp(`"(${[...CREDENTIALS, ...CONTENTS].join('|')})":"(?:[^"\\\\]|\\\\.)*"`, 'g');
const BEARER = /(bearer )[\w.~+/=-]+/gi;

/**
 * A line of JSON without credentials that its fields name, and without what tells a secret or a person by its form: tokens,
 * passwords of URLs, addresses of mail, the text that a parser of JSON quotes in its error. It has the same fields as before.
 */
export const withoutSecrets = (line: string): string => {
  const named = line.replace(NAMED, `"$1":"${CUT_OUT}"`).replace(BEARER, `$1${CUT_OUT}`);
  const text = FORMS.reduce(
    (rest, { piece, form }) => (rest.includes(piece) ? rest.replace(form, CUT_OUT) : rest),
    named,
  );
  return withoutAddresses(text.replace(SECRETS, CUT_OUT), CUT_OUT);
};
