import type { StreamStore } from '../../../../domain/kernel/event-store.ts';
import type { Recorded } from '../../../../domain/kernel/message.ts';
import { Rejection } from '../../../../domain/kernel/rejection.ts';
import type { DecisionDifference, WhatIfAnswer } from '../../../../read-api/kernel/audit.ts';
import { liveRules } from '../../operating-rules.ts';
import { deciderOfStream, type StreamDecider } from '../stream-deciders.ts';
import { appendsTo } from './appends.ts';
import { differenceAt, type Judged, judge } from './judge.ts';

/** Told in full; more are counted. */
const MOST_DIFFERENCES = 100;

/** Counts what came of the decisions of a stream. */
const tally = (stream: string) => {
  const notDecidable = new Map<string, { type: string; why: string; decisions: number }>();
  const assumed = new Map<string, number>();
  const differences: DecisionDifference[] = [];
  let [events, same, unknown, different] = [0, 0, 0, 0];
  const differs = (difference: DecisionDifference): void => {
    different += 1;
    if (differences.length < MOST_DIFFERENCES) differences.push(difference);
  };
  return {
    differs,
    read: (count: number) => {
      events += count;
    },
    judged: (judged: Judged, { type }: Recorded): void => {
      if (judged.kind === 'DIFFERENT') {
        differs(judged.difference);
        return;
      }
      if (judged.kind === 'NOT_DECIDABLE') {
        unknown += 1;
        const key = `${type} ${judged.why}`;
        const decisions = (notDecidable.get(key)?.decisions ?? 0) + 1;
        notDecidable.set(key, { type, why: judged.why, decisions });
        return;
      }
      same += 1;
      if (judged.assumed !== null) assumed.set(judged.assumed, (assumed.get(judged.assumed) ?? 0) + 1);
    },
    answer: (): WhatIfAnswer => ({
      stream,
      events,
      decisions: same + unknown + different,
      same,
      not_decidable: [...notDecidable.values()],
      assumed: [...assumed].map(([what, decisions]) => ({ what, decisions })),
      different,
      differences,
    }),
  };
};

type Folded = Readonly<{ state: unknown; failed: DecisionDifference | null }>;

/** Up to the event that today's folding does not take. */
const foldOn = ({ evolve }: StreamDecider, before: unknown, events: readonly Recorded[]): Folded => {
  let state = before;
  for (const event of events) {
    const { type, data } = event;
    try {
      state = evolve(state, { type, data });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { state, failed: differenceAt(event, [event], { kind: 'NOT_FOLDED', reason }) };
    }
  }
  return { state, failed: null };
};

/**
 * Decides every decision of a stream again with the decider of today, on the state that today's folding of what was recorded
 * gives, and holds the outcome against the record, field by field. Commands are not in the log: each is what its events tell
 * of it; what they do not tell is counted, never guessed. It ends at an event that cannot be folded any more.
 * @throws Rejection STREAM_NOT_FOUND; STREAM_NOT_DECIDED: its events are written as they come.
 */
export const whatIf = async (
  store: Pick<StreamStore, 'read'>,
  streamName: string,
  given?: StreamDecider,
): Promise<WhatIfAnswer> => {
  const decider = given ?? deciderOfStream(streamName, await liveRules(store).tiers());
  const counted = tally(streamName);
  let state: unknown = decider?.initialState();
  for await (const append of appendsTo(store, streamName)) {
    if (decider === null)
      throw new Rejection('STREAM_NOT_DECIDED', 'No rules decide what stands in this stream.');
    counted.read(append.length);
    let rest = append;
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      const judged = judge(decider, { first, rest, state });
      counted.judged(judged, first);
      // Where one decision of an append is another, it is not known where the next one begins.
      const count = judged.kind === 'SAME' ? judged.events : rest.length;
      const folded = foldOn(decider, state, rest.slice(0, count));
      if (folded.failed !== null) {
        counted.differs(folded.failed);
        return counted.answer();
      }
      state = folded.state;
      rest = rest.slice(count);
    }
  }
  return counted.answer();
};
