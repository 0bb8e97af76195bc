import type { Decider } from '../../kernel/decider.ts';
import type { Command, Event } from '../../kernel/message.ts';

/** Stream `payment-sweeps` (BIL-12, decision 0052): how far the list of what the payment provider told was gone through. */
export type NewsSwept = Event<
  'NewsSwept',
  {
    /** All that was told before is taken; the provider's time. */
    through: string;
    /** How much of it no webhook had brought. */
    taken: number;
    at: string;
  }
>;
export type RecordSweep = Command<'RecordSweep', NewsSwept['data']>;

/** The last one stands for all before it, so that only it has to be read. */
export type SweepsState = Readonly<{ through: string | null }>;

/** Never back: another worker may have come further meanwhile. */
export const sweeps: Decider<SweepsState, RecordSweep, NewsSwept> = {
  initialState: () => ({ through: null }),
  evolve: (_state, { data: { through } }) => ({ through }),
  decide: ({ data }, { through: before }) => {
    const through = before !== null && before > data.through ? before : data.through;
    return through === before && data.taken === 0 ? [] : [{ type: 'NewsSwept', data: { ...data, through } }];
  },
};

export const SWEEPS_STREAM = 'payment-sweeps';
