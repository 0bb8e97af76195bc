import { readFileSync } from 'node:fs';
import { z } from 'zod';

const path = z.string().min(1).optional();

/** `NAME_FILE`, the file with the value of `NAME`: of secrets, and of addresses that hold a password. */
export const secretFileVariables = {
  DATABASE_URL_FILE: path,
  DATABASE_OWNER_URL_FILE: path,
  DATABASE_DIRECT_URL_FILE: path,
  IAMA_PASSWORD_PEPPER_FILE: path,
  IAMA_EMAIL_INDEX_KEY_FILE: path,
  IAMA_EMAIL_SEAL_KEY_FILE: path,
  IAMA_ARTIFACT_KEY_FILE: path,
  IAMA_JWT_PRIVATE_KEY_FILE: path,
  IAMA_JWT_PREVIOUS_KEYS_FILE: path,
  IAMA_TREE_KEY_FILE: path,
  IAMA_GITHUB_CLIENT_SECRET_FILE: path,
  IAMA_GOOGLE_CLIENT_SECRET_FILE: path,
  IAMA_METRICS_TOKEN_FILE: path,
};

type Environment = Readonly<Record<string, string | undefined>>;

const contentOf = (file: string): Readonly<{ content: string } | { fault: string }> => {
  try {
    return { content: readFileSync(file, 'utf8').trimEnd() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { fault: `cannot be read: ${code}` };
  }
};

/** The environment with the values of those files, without spaces and line ends behind them. */
export const withSecretFiles = (
  environment: Environment,
): Readonly<{ values: Environment; faults: readonly string[] }> => {
  const values: Record<string, string | undefined> = { ...environment };
  const faults: string[] = [];
  for (const variable of Object.keys(secretFileVariables)) {
    const file = environment[variable];
    if (file === undefined) continue;
    const name = variable.replace(/_FILE$/, '');
    // Both would leave open which of them counts.
    if (environment[name] !== undefined) {
      faults.push(`${name} and ${variable} exclude each other`);
      continue;
    }
    const read = contentOf(file);
    if ('content' in read) values[name] = read.content;
    else faults.push(`${variable} ${read.fault}`);
  }
  return { values, faults };
};
