/** What the image runs, by the command it is started with; paths from here. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  api: '../main/api.ts',
  worker: '../main/worker.ts',
  migrate: '../main/migrate.ts',
  iama: '../../extension/executor/bin/iama.mjs',
};
