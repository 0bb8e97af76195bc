/** A worker as it is shipped (`infra/main/worker.ts`), which also knows a model over HTTP, at the address of its first argument. */
import { readConfig } from '../../main/config.ts';
import { openDatabase } from '../../main/database.ts';
import { untilStopped } from '../../main/lifetime.ts';
import { createLogger } from '../../main/logger.ts';
import { openParts } from '../../main/parts.ts';
import { startWorker } from '../../main/start-worker.ts';
import { modelsAt } from '../../torture/model-gateway.ts';

const config = readConfig(process.env);
const logger = createLogger(config.logLevel, 'iama-worker');
const parts = await openParts(config, await openDatabase(config), logger);
const worker = await startWorker(parts, undefined, modelsAt(process.argv[2] ?? ''));
untilStopped(logger, async () => {
  await worker.stop();
  await parts.close();
});
