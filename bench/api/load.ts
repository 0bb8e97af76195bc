import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, rounded } from '../store/measure.ts';
import { openSenders, type Senders } from './requests.ts';
import type { Stage } from './stage.ts';

/** More requests than this under way at once only wait in the client. */
const CONNECTIONS = 128;
/** A request fails that is not answered as expected within this time from when it was due. */
const LATEST_MS = 1_000;
/** Less answered than this share of what was asked for: the server falls behind and would fail in a longer run. */
const KEEPS_PACE = 0.98;
const FIRST_RATE = 250;
const HIGHEST_RATE = 32_000;
const GROWTH = 1.4;
const HALVINGS = 3;
const LOWERED = 0.9;
const LOWEST_RATE = 20;

type LoadResult = Readonly<{
  perSecond: number;
  failures: number;
  keepsPace: boolean;
  command_p95_ms: number;
  read_p95_ms: number;
}>;

/**
 * Requests at a fixed rate whether or not earlier ones were answered, as from many people; every fourth is a command. Times
 * count from when a request was due, so that one that could not even be sent is not forgotten.
 */
const atRate = async (senders: Senders, perSecond: number, milliseconds: number): Promise<LoadResult> => {
  const times = { command: [] as number[], read: [] as number[] };
  const total = Math.floor((perSecond * milliseconds) / 1_000);
  let failures = 0;
  const ask = async (index: number, due: number): Promise<void> => {
    const kind = index % 4 === 0 ? 'command' : 'read';
    try {
      await senders[kind]();
      const took = performance.now() - due;
      if (took > LATEST_MS) failures += 1;
      times[kind].push(took);
    } catch {
      failures += 1;
    }
  };
  const pending: Promise<void>[] = [];
  const started = performance.now();
  while (pending.length < total) {
    const elapsed = performance.now() - started;
    const dueBy = Math.min(total, Math.floor((elapsed * perSecond) / 1_000) + 1);
    while (pending.length < dueBy)
      pending.push(ask(pending.length, started + (pending.length * 1_000) / perSecond));
    await sleep(1);
  }
  const answered = times.command.length + times.read.length;
  await Promise.all(pending);
  return {
    perSecond,
    failures,
    keepsPace: answered >= KEEPS_PACE * total - 2,
    command_p95_ms: percentile(times.command, 0.95),
    read_p95_ms: percentile(times.read, 0.95),
  };
};

const holds = ({ failures, keepsPace }: LoadResult): boolean => failures === 0 && keepsPace;

export type HighestLoad = Readonly<{
  command_p95_ms: number | null;
  read_p95_ms: number | null;
  load_per_second: number;
  /** The lowest rate seen to fail; null: none failed. */
  load_fails_at_per_second: number | null;
}>;

/**
 * The highest rate at which every request is answered: raised until it fails, then halved in between; what is told is a
 * longer run at the rate that was found, lowered until that run holds too. A rate fails when it fails twice in a row, so
 * that one disturbance from outside does not end the search.
 */
export const highestLoad = async (
  stage: Stage,
  milliseconds: number,
  note: (text: string) => void,
): Promise<HighestLoad> => {
  const senders = await openSenders(stage, CONNECTIONS);
  const once = async (rate: number, length: number): Promise<LoadResult> => {
    const result = await atRate(senders, Math.round(rate), length);
    const { perSecond, failures, keepsPace } = result;
    note(`${perSecond} requests/s: ${failures} failures${keepsPace ? '' : ', falls behind'}`);
    return result;
  };
  const run = async (rate: number, length: number): Promise<LoadResult> => {
    const first = await once(rate, length);
    return holds(first) ? first : once(rate, length);
  };
  try {
    // Warm-up: connections, prepared statements, compiled functions.
    await once(FIRST_RATE, milliseconds);
    let [held, failed] = [0, Number.POSITIVE_INFINITY];
    for (let rate = FIRST_RATE; rate <= HIGHEST_RATE && failed > HIGHEST_RATE; rate *= GROWTH)
      if (holds(await run(rate, milliseconds))) held = rate;
      else failed = rate;
    for (let halving = 0; halving < HALVINGS && failed <= HIGHEST_RATE; halving += 1) {
      const middle = (held + failed) / 2;
      if (holds(await run(middle, milliseconds))) held = middle;
      else failed = middle;
    }
    for (let rate = held; rate > LOWEST_RATE; rate *= LOWERED) {
      const found = await run(rate, 2 * milliseconds);
      if (holds(found))
        return {
          command_p95_ms: rounded(found.command_p95_ms),
          read_p95_ms: rounded(found.read_p95_ms),
          load_per_second: found.perSecond,
          load_fails_at_per_second: Number.isFinite(failed) ? Math.round(failed) : null,
        };
      failed = rate;
    }
    return {
      command_p95_ms: null,
      read_p95_ms: null,
      load_per_second: 0,
      load_fails_at_per_second: Math.round(failed),
    };
  } finally {
    await senders.close();
  }
};
