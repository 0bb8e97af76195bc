import { readConfig } from '../main/config.ts';
import { openDatabase } from '../main/database.ts';
import { untilStopped } from '../main/lifetime.ts';
import { createLogger } from '../main/logger.ts';
import { openParts } from '../main/parts.ts';
import { startWorker } from '../main/start-worker.ts';
import { losingAnswers } from './lost-answers.ts';
import { modelsAt } from './model-gateway.ts';
import { usageWithoutKeys } from './plants.ts';
import { seededRandom } from './random.ts';
import type { ShopSettings } from './shop-settings.ts';

/** What `infra/main/worker.ts` runs, with the model of the torture test, and a log that loses answers. */
export const runShopWorker = async ({ env, modelUrl, seed, plant }: ShopSettings): Promise<void> => {
  const config = readConfig({ ...env });
  const logger = createLogger(config.logLevel, 'iama-worker');
  const parts = await openParts(config, await openDatabase(config), logger);
  // Each incarnation loses others.
  const lossy = losingAnswers(parts.log, seededRandom(seed + process.pid));
  const log = plant === 'double-usage' ? usageWithoutKeys(lossy) : lossy;
  const worker = await startWorker({ ...parts, log }, undefined, modelsAt(modelUrl));
  untilStopped(logger, async () => {
    await worker.stop();
    await parts.close();
  });
};
