/** Where a secret is and of what kind; never the value (CTX-02). `line` is 1-based; null means the whole file. */
export type SecretFinding = Readonly<{ path: string; line: number | null; kind: string }>;

/** Formats that are a secret wherever they stand. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/u, 'private key'],
  [/\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/u, 'AWS access key id'],
  [/\bAIza[\w-]{35}\b/u, 'Google API key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}/u, 'GitHub token'],
  [/\bglpat-[\w-]{20,}/u, 'GitLab token'],
  [/\bnpm_[A-Za-z0-9]{36}\b/u, 'npm token'],
  [/\bxox[abeoprs]-[\w-]{20,}/u, 'Slack token'],
  [/\b[rs]k_live_[A-Za-z0-9]{16,}/u, 'Stripe live key'],
  [/\bsk-(?:proj-|ant-|svcacct-)[\w-]{20,}/u, 'model provider key'],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/u, 'SendGrid key'],
  [/\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}/u, 'Azure storage key'],
  [/\bey[JK][\w-]{10,}\.ey[JK][\w-]{10,}\.[\w-]{20,}/u, 'signed token'],
];

/** The lines that hold a secret by its format, one finding a line. Both sides look: client before sending, server before keeping. */
export const secretsByFormat = (path: string, text: string): SecretFinding[] =>
  text.split('\n').flatMap((line, index) => {
    const rule = SECRET_TEXT.find(([pattern]) => pattern.test(line));
    return rule ? [{ path, line: index + 1, kind: rule[1] }] : [];
  });
