/** The API as it is shipped (`infra/main/api.ts`), on a fixed port so that clients find it again after a kill. */
import { flushCompileCache } from 'node:module';
import type { HttpSettings } from './protocol.ts';

const { name, url, port, folder, portFile }: HttpSettings = JSON.parse(process.argv[2] ?? '{}');
const database = new URL(url);
// By this name the havoc finds its sessions.
database.searchParams.set('application_name', name);
Object.assign(process.env, {
  DATABASE_URL: database.toString(),
  PORT: String(port),
  IAMA_DATA_DIR: folder,
  IAMA_PORT_FILE: portFile,
  IAMA_RATE_USER: '0',
  IAMA_RATE_SIGN_IN: '0',
  LOG_LEVEL: 'warn',
});
await import('../main/api.ts');
// Else it is written at the end only, which a kill does not reach.
flushCompileCache();
