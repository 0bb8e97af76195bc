/** Which of the planned runs of a program are tried: all that documents show, then the planned ones, then combinations. */
import { sequence, stableId } from '../order.ts';

export type ChosenRun<Run> = Run &
  Readonly<{
    id: string;
    /** How a person reads it. */
    call: string;
    /** The package's documents show it. */
    shown: boolean;
  }>;

export type RunsToChooseFrom<Run> = Readonly<{
  /** How many are tried, unless more are shown: each is a process of its own, repeated at least five times. */
  room: number;
  shown: readonly Run[];
  /** The plainest ones, always tried. */
  always: readonly Run[];
  planned: readonly Run[];
  /** Combinations without end. */
  more: Generator<Run>;
  /** What makes two runs the same. */
  keyOf: (run: Run) => string;
  callOf: (run: Run) => string;
}>;

/** In a fixed order, each once. */
export function chosenRuns<Run extends object>(
  name: string,
  { room, shown, always, planned, more, keyOf, callOf }: RunsToChooseFrom<Run>,
): readonly ChosenRun<Run>[] {
  const seen = new Set<string>();
  const runs: ChosenRun<Run>[] = [];
  const add = (one: Run, isShown: boolean): void => {
    const key = keyOf(one);
    if (seen.has(key)) return;
    seen.add(key);
    runs.push({ ...one, id: stableId(key), call: callOf(one), shown: isShown });
  };
  for (const one of shown) add(one, true);
  // A third of the room is for combinations, also where much is planned.
  const next = sequence(`${name}/order`);
  const most = Math.floor((room * 2) / 3);
  const all = always.length + planned.length;
  const first = all <= most ? planned : planned.filter(() => next() % all < most);
  for (const one of [...always, ...first]) add(one, false);
  for (let tries = 0; runs.length < room && tries < room * 4; tries += 1) {
    const { value } = more.next();
    if (value !== undefined) add(value, false);
  }
  return runs;
}
