/** Where a secret is and of what kind; never the value (CTX-02). `line` is 1-based; null means the whole file. */
export type SecretFinding = Readonly<{ path: string; line: number | null; kind: string }>;

/** The first line of a private key. */
export const KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/u;
export const KEY_END = /-----END [A-Z0-9 ]+-----/u;

/** A private key with all of its lines, or with what is left of them. */
export const KEY_BLOCK = new RegExp(`${KEY_BEGIN.source}[\\s\\S]*?(?:${KEY_END.source}|$)`, 'gu');

/** Where a word begins, also behind an escape: within quotes `\n` ends a line. */
const word = ({ source }: RegExp): RegExp => new RegExp(`(?:\\b|(?<=\\\\[bfnrt]))(?:${source})`, 'u');

/** Formats that are a secret wherever they stand. None takes longer than in proportion to the text, whatever that is (SEC-15). */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [KEY_BEGIN, 'private key'],
  [word(/(?:AKIA|ASIA)[A-Z2-7]{16}\b/u), 'AWS access key id'],
  [word(/AIza[\w-]{35}\b/u), 'Google API key'],
  [word(/gh[pousr]_[A-Za-z0-9]{36,}\b|github_pat_\w{50,}/u), 'GitHub token'],
  [word(/glpat-[\w-]{20,}/u), 'GitLab token'],
  [word(/npm_[A-Za-z0-9]{36}\b/u), 'npm token'],
  [word(/xox[abeoprs]-[\w-]{20,}/u), 'Slack token'],
  [word(/[rs]k_live_[A-Za-z0-9]{16,}/u), 'Stripe live key'],
  [word(/sk-(?:proj-|ant-|svcacct-)[\w-]{20,}/u), 'model provider key'],
  [word(/SG\.[\w-]{16,}\.[\w-]{16,}/u), 'SendGrid key'],
  [word(/AccountKey=[A-Za-z0-9+/]{60,}={0,2}/u), 'Azure storage key'],
  [word(/iama_(?:adm|pat)_[\w-]{20,}/u), 'IAMA token'],
  // From the point behind its head, which is no secret: from each `eyJ` on, the rest would be walked over again.
  [/\.(?<=ey[JK][\w-]{10,}\.)ey[JK][\w-]{10,}\.[\w-]{20,}/u, 'signed token'],
];

/** Each of these formats, to replace all that is in a text. */
export const SECRETS = new RegExp(FORMATS.map(([{ source }]) => source).join('|'), 'gu');

/** The lines that hold a secret by its format, one finding a line. Both sides look: client before sending, server before keeping. */
export const secretsByFormat = (path: string, text: string): SecretFinding[] =>
  text.split('\n').flatMap((line, index) => {
    const rule = FORMATS.find(([pattern]) => pattern.test(line));
    return rule ? [{ path, line: index + 1, kind: rule[1] }] : [];
  });
