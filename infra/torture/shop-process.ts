/** The product as it is shipped, API or worker, with plans for sale. */
import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { ShopSettings } from './shop-settings.ts';

const { program, readyFile, env }: ShopSettings = JSON.parse(process.argv[2] ?? '{}');
Object.assign(process.env, env);
if (program === 'api') await import('../main/api.ts');
else {
  await import('../main/worker.ts');
  writeFileSync(readyFile, '{}');
}
// Else it is written at the end only, which a kill does not reach.
flushCompileCache();
