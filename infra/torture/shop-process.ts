/** The product as it is shipped, API or worker, with plans for sale; beside the recipes a worker knows a model that costs. */
import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { ShopSettings } from './shop-settings.ts';

const settings: ShopSettings = JSON.parse(process.argv[2] ?? '{}');
Object.assign(process.env, settings.env);
if (settings.program === 'api') await import('../main/api.ts');
else {
  const { runShopWorker } = await import('./shop-worker.ts');
  await runShopWorker(settings);
  writeFileSync(settings.readyFile, '{}');
}
// Else it is written at the end only, which a kill does not reach.
flushCompileCache();
