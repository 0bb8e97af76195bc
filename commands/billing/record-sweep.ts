import {
  type NewsSwept,
  type RecordSweep,
  SWEEPS_STREAM,
  sweeps,
} from '../../domain/billing/payments/sweeps.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { CommandFile } from '../kernel/command.ts';

/** From which time of the provider on its news is still to be looked through; null: from as early as it keeps them. */
export const lastSweep = async (
  store: Pick<StreamStore, 'read'>,
): Promise<Readonly<{ through: string | null; version: bigint }>> => {
  const { currentStreamVersion: version } = await store.read(SWEEPS_STREAM, { maxCount: 1 });
  const { events } = await store.read<NewsSwept>(SWEEPS_STREAM, { from: version });
  return { ...fold(sweeps, events), version };
};

/** Of what is listed at the payment provider: only the sweep sends it (BIL-12). */
export const recordSweep: CommandFile<RecordSweep, unknown> = {
  type: 'RecordSweep',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { through, version } = await lastSweep(store);
    const events = sweeps.decide(command, { through });
    return {
      appends: [{ streamName: SWEEPS_STREAM, events, expectedStreamVersion: version }],
      answer: null,
    };
  },
};
