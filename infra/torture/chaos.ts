import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';
import type { TortureServer } from './server.ts';

export type Faults = {
  sessionsTerminated: number;
  apiKilled: number;
  httpKilled: number;
  clientsKilled: number;
  workersKilled: number;
  sequencersKilled: number;
  tailsKilled: number;
  workersPaused: number;
  sequencersPaused: number;
  postmasterKilled: number;
};

const KILLED = {
  api: 'apiKilled',
  http: 'httpKilled',
  client: 'clientsKilled',
  worker: 'workersKilled',
  sequencer: 'sequencersKilled',
  tail: 'tailsKilled',
} as const;

/**
 * Longer than a lease, shorter than the time after which the server ends a silent transaction: so a paused worker comes back
 * with its transaction open and its lease gone, and only the fence is left to stop it.
 */
const PAUSE_MS = { least: 2_000, spread: 1_200 };

/** Does harm until `endsAt`, one decision of the seed after the other. Returns what it did. */
export const wreakHavoc = async (
  fleet: Fleet,
  server: TortureServer,
  random: Random,
  endsAt: number,
): Promise<Faults> => {
  const faults: Faults = {
    sessionsTerminated: 0,
    apiKilled: 0,
    httpKilled: 0,
    clientsKilled: 0,
    workersKilled: 0,
    sequencersKilled: 0,
    tailsKilled: 0,
    workersPaused: 0,
    sequencersPaused: 0,
    postmasterKilled: 0,
  };
  const startedAt = Date.now();
  // However short the run: the server dies twice.
  const crashes = [1 / 3, 2 / 3].map((share) => startedAt + (endsAt - startedAt) * share);

  const terminate = async (): Promise<void> => {
    const owner = await server.owner();
    try {
      const { rowCount } = await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name ~ '^(api|http|worker|sequencer|tail)-' and random() < 0.25`,
      );
      faults.sessionsTerminated += rowCount ?? 0;
    } finally {
      await owner.end();
    }
  };
  const kill = (role: keyof typeof KILLED): void => {
    if (fleet.kill(random.pick(fleet.names(role)))) faults[KILLED[role]] += 1;
  };
  const pause = (role: 'worker' | 'sequencer'): void => {
    const name = random.pick(fleet.names(role));
    if (!fleet.pause(name)) return;
    faults[role === 'worker' ? 'workersPaused' : 'sequencersPaused'] += 1;
    setTimeout(() => fleet.resume(name), PAUSE_MS.least + random.below(PAUSE_MS.spread));
  };
  const deeds: readonly (readonly [weight: number, deed: () => Promise<void> | void])[] = [
    [6, terminate],
    [2, () => kill('api')],
    [2, () => kill('http')],
    [1, () => kill('client')],
    [3, () => kill('worker')],
    [3, () => kill('sequencer')],
    [1, () => kill('tail')],
    [5, () => pause('worker')],
    [1, () => pause('sequencer')],
  ];
  const weighted = deeds.flatMap(([weight, deed]) => Array.from({ length: weight }, () => deed));

  while (Date.now() < endsAt) {
    await sleep(150 + random.below(450));
    const due = crashes[0];
    if (due !== undefined && Date.now() >= due) {
      crashes.shift();
      await server.crash();
      faults.postmasterKilled += 1;
    } else await random.pick(weighted)();
  }
  fleet.resumeAll();
  return faults;
};
