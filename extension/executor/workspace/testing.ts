import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of its own for every test, with an empty project in it. */
export const sandbox = () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-workspace-'));
    await mkdir(join(folder, 'project'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const gitIn = (...args: string[]): string =>
    execFileSync(
      'git',
      ['-C', join(folder, 'project'), '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args],
      { encoding: 'utf8' },
    );
  return {
    folder: () => folder,
    project: () => join(folder, 'project'),
    gitIn,
    commitAll: (): void => {
      gitIn('init', '-q');
      gitIn('add', '-A');
      gitIn('commit', '-qm', 'start');
    },
    /** Paths relative to the project. */
    write: async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, 'project', path)), { recursive: true });
        await writeFile(join(folder, 'project', path), content);
      }
    },
  };
};

/** Secrets of the usual kinds, put together here so that no scanner takes this file for a leak. */
export const CANARIES: Readonly<Record<string, string>> = {
  'aws.js': `const id = '${'AKIA'}${'ZQ3TRBVNXAMPLEQ7'}';`,
  'github.js': `const token = '${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}';`,
  'slack.js': `post('${'xoxb-'}${'123456789012-1234567890123-abcdefghijklmnopqrstuvwx'}');`,
  'stripe.js': `charge('${'sk_live_'}${'4eC39HqLyjWDarjtT1zdp7dc'}');`,
  'key.js': `const pem = \`${'-----BEGIN RSA '}${'PRIVATE KEY-----'}\nMIIE\n\`;`,
  'npm.md': `//registry.npmjs.org/:_authToken=${'npm_'}${'1234567890abcdefghijklmnopqrstuvwxyz'}`,
  'google.py': `KEY = "${'AIza'}${'SyA1234567890abcdefghijklmnopqrstuv'}"`,
  'database.yml': `url: ${'postgres'}://admin:s3cretpassw0rd@db.example.com:5432/main`,
  'jwt.ts': `const t = '${'eyJhbGciOiJIUzI1NiJ9'}.${'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'}';`,
};
