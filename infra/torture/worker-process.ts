/** The worker of the runtime's own tests, with the planted bug where one is asked for. */
import {
  runWorkerProcess,
  type WorkerPlants,
  type WorkerSettings,
} from '../runtime/testing/worker-process.ts';
import type { Plant } from './options.ts';
import { commitUnfenced, sequenceOnlyReads } from './plants.ts';

type Settings = WorkerSettings & Readonly<{ plant: Plant | null }>;

const plantsOf = (plant: Plant | null): WorkerPlants => {
  if (plant === 'unfenced-lease') return { commit: commitUnfenced };
  return plant === 'sequence-only-reads' ? { reading: sequenceOnlyReads } : {};
};

const settings: Settings = JSON.parse(process.argv[2] ?? '{}');
await runWorkerProcess(settings, plantsOf(settings.plant));
