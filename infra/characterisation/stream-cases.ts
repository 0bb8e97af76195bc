/** What a stream that a call gives back is fed with, and how it is used after that. */
import type { Pools } from './candidates.ts';
import { sequence, unique } from './order.ts';
import { Profile } from './profile.ts';
import type { Row } from './rows.ts';
import { candidatesFor } from './values.ts';

export type StreamStep = Readonly<{ member: null; form: 'stream'; args: Row; observe: boolean }>;

const WAYS = ['end', 'end', 'end', 'later', 'later', 'pause', 'pipe', 'open', 'destroy', 'fail'];
const ALWAYS: readonly (readonly string[])[] = [
  [`'first'`],
  [`'first'`, `'second'`],
  [],
  [`'one\\ntwo\\r\\nthree'`, `'\\nfour'`],
  [`Buffer.from([226, 130])`, `Buffer.from([172, 10, 97])`],
  // A character that is never completed: what waits for the rest of it has it at the end.
  [`Buffer.from([97, 226])`],
  [`{ id: 1 }`, `{ id: 2 }`],
  [`''`, `'after'`],
  ['new Uint8Array([97, 98])'],
  ['7'],
];
const MADE = 60;
const MAX_CHUNKS = 4;

/** Rows of one step that uses a result as a stream: the way, then what is written. */
export function feeds(pools: Pools, seed: string): readonly Row[] {
  const profile = new Profile();
  profile.kinds.add('string');
  for (const regex of pools.reach.regexes) profile.regexes.add(regex);
  const { typical, boundary } = candidatesFor(profile, pools, [], `${seed}/fed`, 1, false);
  const texts = unique([...typical, ...boundary]).filter((one) => one.length <= 200);
  const next = sequence(`${seed}/feeds`);
  const way = (at: number): string => `'${WAYS[at % WAYS.length] ?? 'end'}'`;
  const made = Array.from({ length: MADE }, (_, at) => [
    way(at),
    ...Array.from(
      { length: 1 + (next() % MAX_CHUNKS) },
      () => texts[next() % Math.max(1, texts.length)] ?? `'x'`,
    ),
  ]);
  return [...ALWAYS.flatMap((chunks) => [0, 3].map((at) => [way(at), ...chunks])), ...made];
}

/** Each row of a call with some of the feeds; all feeds are used before one comes again. */
export function fed(
  rows: readonly Row[],
  pools: Pools,
  seed: string,
): readonly Readonly<{ args: Row; steps: readonly StreamStep[] }>[] {
  const all = feeds(pools, seed);
  const rounds = Math.max(1, Math.ceil((all.length * 2) / Math.max(1, rows.length)));
  return Array.from({ length: rows.length * rounds }, (_, at) => ({
    args: rows[at % rows.length] ?? [],
    steps: [{ member: null, form: 'stream' as const, args: all[at % all.length] ?? [], observe: false }],
  }));
}
