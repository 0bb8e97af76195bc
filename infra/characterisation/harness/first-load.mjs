/** The first load of the modules, ended where it never would: nothing else of the process would come to an end either. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { endsInTime } from './watchdog.mjs';

/** Each costs all its time. */
const MAX_LOST = 2;

/**
 * @param loader whose `root` loads a module
 * @param options `{ guards, timeout, unloaded }`: each load may take `timeout` ms; `unloaded`: modules whose load did not end when
 *   this was recorded, which is not waited for once more
 * @returns `load(module)` gives `{ why, error? }`: why it did not come to an end, or null; `error`: whether it threw, and what; `lost()`:
 *   how many did not come to an end
 */
export function createFirstLoad(packageRoot, loader, { guards, timeout, unloaded }) {
  const { cache } = createRequire(path.join(packageRoot, 'package.json'));
  const noChange = () => undefined;
  let lost = 0;

  /** What is asked for again would be what it holds so far, without the rest. */
  function forgetUnfinished() {
    for (const [file, { loaded }] of Object.entries(cache)) if (!loaded) delete cache[file];
  }

  async function load(modulePath) {
    if (unloaded.has(modulePath)) {
      lost += 1;
      return { why: 'TIMEOUT' };
    }
    if (lost >= MAX_LOST) return { why: 'NOT_RUN_AFTER_TIMEOUTS' };
    let loaded = null;
    const work = () => {
      try {
        loader.root(modulePath);
        loaded = { why: null };
      } catch (error) {
        loaded = { why: null, error: { error } };
      }
    };
    const isEnded = await endsInTime(work, () => loaded !== null, { timeout, guards, putBack: noChange });
    if (!isEnded) guards.abandon();
    if (loaded !== null) return loaded;
    forgetUnfinished();
    lost += 1;
    return { why: 'TIMEOUT' };
  }

  return { load, lost: () => lost };
}
