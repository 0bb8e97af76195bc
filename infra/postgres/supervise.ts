import { pause } from '../runtime/pause.ts';
import { startEmbedded } from './embedded.ts';
import { isRunning, startTimeOf } from './processes.ts';

const LOOK_EVERY_MS = 500;
const AFTER_FAILURE_MS = 5_000;

export type Supervision = Readonly<{ stop: () => Promise<void> }>;

/**
 * Starts the embedded server of a folder again whenever it has died, until stopped. Its clients only see broken
 * connections, which they retry. `report` hears of each restart (with the new process id) and of each failure to restart.
 */
export const superviseEmbedded = (
  options: Readonly<{
    folder: string;
    pid: number;
    report: (event: { pid: number } | { error: unknown }) => void;
  }>,
): Supervision => {
  const { folder, report } = options;
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    let { pid } = options;
    let began = await startTimeOf(pid);
    // Ids are used again: the same process is the one that began then.
    const alive = async (): Promise<boolean> => (await isRunning(pid)) && (await startTimeOf(pid)) === began;
    while (!stopping.signal.aborted) {
      await pause(LOOK_EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      if (await alive()) continue;
      try {
        const server = await startEmbedded({ folder });
        if (server.pid !== pid) report({ pid: server.pid });
        pid = server.pid;
        began = await startTimeOf(pid);
      } catch (error) {
        report({ error });
        await pause(AFTER_FAILURE_MS, stopping.signal);
      }
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
};
