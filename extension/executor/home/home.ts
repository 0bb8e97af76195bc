import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ifThere } from '../errno.ts';
import { writeDurably } from './durable-file.ts';

/**
 * The person's own folder: settings, credentials, journals and the claimant id of this machine. `IAMA_HOME` names it;
 * else `$XDG_DATA_HOME/iama`; else `~/.iama`. Mode 0700, files 0600.
 */
export type Home = Readonly<{
  root: string;
  path: (...parts: string[]) => string;
  /** Parsed JSON, or null where there is no such file. A damaged file is an error, never a silent default. */
  readJson: (...parts: string[]) => Promise<unknown>;
  writeJson: (value: unknown, ...parts: string[]) => Promise<void>;
}>;

const whereIs = (env: NodeJS.ProcessEnv): string => {
  if (env['IAMA_HOME']) return env['IAMA_HOME'];
  if (env['XDG_DATA_HOME']) return join(env['XDG_DATA_HOME'], 'iama');
  return join(env['HOME'] ?? homedir(), '.iama');
};

/** A file of ours that is not what we wrote: a half copied backup, or an edit by hand. */
export class HomeFileDamaged extends Error {
  readonly path: string;

  constructor(path: string, cause: SyntaxError) {
    super(`${path} cannot be read: ${cause.message}`, { cause });
    this.name = 'HomeFileDamaged';
    this.path = path;
  }
}

export const openHome = async (env: NodeJS.ProcessEnv = process.env): Promise<Home> => {
  const root = whereIs(env);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = (...parts: string[]): string => join(root, ...parts);
  return {
    root,
    path,
    readJson: async (...parts) => {
      const text = await ifThere(readFile(path(...parts), 'utf8'));
      if (text === null) return null;
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        if (error instanceof SyntaxError) throw new HomeFileDamaged(path(...parts), error);
        throw error;
      }
    },
    writeJson: async (value, ...parts) => {
      await mkdir(join(path(...parts), '..'), { recursive: true, mode: 0o700 });
      await writeDurably(path(...parts), `${JSON.stringify(value, null, 2)}\n`, 0o600);
    },
  };
};

/** The id under which this machine claims executions; stable, so that a restarted CLI gets its work back (EXE-01). */
export const claimantOf = async (home: Home): Promise<string> => {
  const stored = await home.readJson('claimant.json');
  if (stored && typeof stored === 'object' && 'claimant' in stored && typeof stored.claimant === 'string') {
    return stored.claimant;
  }
  const claimant = `machine-${randomUUID()}`;
  await home.writeJson({ claimant }, 'claimant.json');
  return claimant;
};
