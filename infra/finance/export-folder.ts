import { join } from 'node:path';

/** Where an export stands, below the data folder: a worker writes it there, and the API reads it. */
export const exportFolder = (dataFolder: string, exportId: string): string =>
  join(dataFolder, 'finance', 'exports', exportId);
