/** By its code what the system says about files and disks, in words, and what a person can do. */
const KNOWN: Readonly<Record<string, readonly [what: string, next: string]>> = {
  EACCES: [
    'is not readable or writable for you',
    'Give yourself access, or name a folder that holds only the project.',
  ],
  EPERM: ['may not be touched by you', 'Give yourself access, or name a folder that holds only the project.'],
  ELOOP: [
    'is a symbolic link that leads in a circle',
    'Mend the link, or name the folder that it stood for.',
  ],
  ENAMETOOLONG: ['has a name that the system finds too long', 'Use shorter names.'],
  EROFS: ['is on a file system that cannot be written', 'Make it writable, or copy the project elsewhere.'],
  ENOSPC: ['does not fit: the disk is full', 'Make room, then give the same command again.'],
  EDQUOT: ['does not fit: your share of the disk is used up', 'Make room, then give the same command again.'],
  EMFILE: ['cannot be opened: too many files are open', 'Raise the limit (ulimit -n), then try again.'],
};

export type SystemProblem = Readonly<{ code: string; path: string | null; what: string; next: string }>;

/** A problem with a file or a disk that a person can mend; `what` follows its name in a sentence. Null: another error. */
export const systemProblem = (error: unknown): SystemProblem | null => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const known = KNOWN[error.code];
  if (known === undefined) return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  return { code: error.code, path, what: known[0], next: known[1] };
};
