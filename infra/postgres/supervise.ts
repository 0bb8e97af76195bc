import { pause } from '../runtime/pause.ts';
import { startEmbedded } from './embedded.ts';
import { isRunning, startTimeOf } from './processes.ts';

const LOOK_EVERY_MS = 500;
const AFTER_FAILURE_MS = 1_000;

export type Supervision = Readonly<{ stop: () => Promise<void> }>;

/**
 * Starts the embedded server of a folder again whenever it has died, until stopped. Its clients only see broken
 * connections, which they retry: it keeps its port, and waits for it where another program has taken it meanwhile. `report` hears of each restart (with the new process id) and of each failure to restart.
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
    // Ids are used again: the same process is the one that began then.
    let began: string | null = null;
    const lives = async (): Promise<boolean> => {
      began ??= await startTimeOf(pid);
      return (await isRunning(pid)) && (await startTimeOf(pid)) === began;
    };
    while (!stopping.signal.aborted) {
      let restMs = LOOK_EVERY_MS;
      try {
        if (!(await lives())) {
          const server = await startEmbedded({ folder, keepPort: true, signal: stopping.signal });
          if (server.pid !== pid) report({ pid: server.pid });
          pid = server.pid;
          began = null;
        }
      } catch (error) {
        report({ error });
        restMs = AFTER_FAILURE_MS;
      }
      await pause(restMs, stopping.signal);
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
