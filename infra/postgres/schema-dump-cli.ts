import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, stopEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { checkSchema, writeSchema } from './schema-dump.ts';

/** `npm run schema:dump [-- --check]`: from a throw-away server, so that no local database can leak into the file. */
const folder = await mkdtemp(join(tmpdir(), 'iama-schema-'));
await chmod(folder, 0o755);
try {
  const { ownerUrl } = await startEmbedded({ folder, settings: 'fsync = off' });
  await migrate(ownerUrl);
  if (process.argv.includes('--check')) {
    const difference = await checkSchema(ownerUrl);
    if (difference !== null) {
      process.stderr.write(`migrations/schema.sql is out of date: ${difference}\nRun npm run schema:dump\n`);
      process.exitCode = 1;
    }
  } else {
    await writeSchema(ownerUrl);
  }
} finally {
  await stopEmbedded(folder, 'immediate');
  await rm(folder, { recursive: true, force: true });
}
