import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent } from '../postgres/embedded-files.ts';
import { CLIENT_FOLDER, generateClient } from './client.ts';
import { openApiDocument } from './document.ts';

/** `npm run openapi:generate [-- --check]`: the client follows from the API, and with `--check` nothing is written. */
const files = await generateClient(await openApiDocument());

await mkdir(CLIENT_FOLDER, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = join(CLIENT_FOLDER, name);
  if (!process.argv.includes('--check')) {
    await writeFile(path, text);
  } else if ((await readIfPresent(path)) !== text) {
    process.stderr.write(`${path} is out of date.\nRun npm run openapi:generate\n`);
    process.exitCode = 1;
  }
}
