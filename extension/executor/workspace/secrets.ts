import { basename } from 'node:path/posix';
import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { type SecretFinding, secretsByFormat } from '../../../domain/kernel/secrets.ts';

export type { SecretFinding };

/** Files that hold secrets by their name. Templates of them do not. */
const SECRET_FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.env(?!.*\.(?:example|sample|template|dist)$)(?:\..*)?$|^[^.].*\.env$/u, 'environment file'],
  [/\.(?:pem|key|p12|pfx|jks|keystore|ppk|asc|gpg|kdbx)$/u, 'key file'],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/u, 'private key'],
  [/^\.(?:npmrc|pypirc|netrc|pgpass|dockercfg|git-credentials|htpasswd)$/u, 'credentials file'],
];

export const secretByName = (path: string): SecretFinding | null => {
  const rule = SECRET_FILES.find(([pattern]) => pattern.test(basename(path)));
  return rule ? { path, line: null, kind: rule[1] } : null;
};

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
  for (const finding of [...byRule, ...secretsByFormat(path, text)]) perLine.set(finding.line, finding);
  return [...perLine.values()].sort((left, right) => (left.line ?? 0) - (right.line ?? 0));
};
