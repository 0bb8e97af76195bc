import { basename } from 'node:path/posix';
import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';

/** Where a secret is and of what kind; never the value (CTX-02). `line` is 1-based; null means the whole file. */
export type SecretFinding = Readonly<{ path: string; line: number | null; kind: string }>;

/** Files that hold secrets by their name. Templates of them do not. */
const SECRET_FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.env(?!.*\.(?:example|sample|template|dist)$)(?:\..*)?$|^[^.].*\.env$/u, 'environment file'],
  [/\.(?:pem|key|p12|pfx|jks|keystore|ppk|asc|gpg|kdbx)$/u, 'key file'],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/u, 'private key'],
  [/^\.(?:npmrc|pypirc|netrc|pgpass|dockercfg|git-credentials|htpasswd)$/u, 'credentials file'],
];

/** Token formats that the recommended rules leave out, or accept only in their full length. */
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

export const secretByName = (path: string): SecretFinding | null => {
  const rule = SECRET_FILES.find(([pattern]) => pattern.test(basename(path)));
  return rule ? { path, line: null, kind: rule[1] } : null;
};

const byPattern = (path: string, text: string): SecretFinding[] =>
  text.split('\n').flatMap((line, index) => {
    const rule = SECRET_TEXT.find(([pattern]) => pattern.test(line));
    return rule ? [{ path, line: index + 1, kind: rule[1] }] : [];
  });

const ruleName = (ruleId: string): string => ruleId.replace(/^.*secretlint-rule-/u, '').replaceAll('-', ' ');

/** Every secret in a text, by the recommended rules of secretlint and the formats above; one finding per line. */
export const secretsIn = async (path: string, text: string): Promise<SecretFinding[]> => {
  const result = await lintSource({
    source: { filePath: `/${path}`, content: text, contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] },
      maskSecrets: true,
      noPhysicFilePath: true,
    },
  });
  const byRule = result.messages
    .filter((message) => message.severity === 'error')
    .map(({ ruleId, loc }) => ({ path, line: loc.start.line, kind: ruleName(ruleId) }));
  const perLine = new Map<number | null, SecretFinding>();
  for (const finding of [...byRule, ...byPattern(path, text)]) perLine.set(finding.line, finding);
  return [...perLine.values()].sort((left, right) => (left.line ?? 0) - (right.line ?? 0));
};
