import { z } from 'zod';
import { type GiveConsent, type UserEvent, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

export const giveConsent: CommandFile<GiveConsent, unknown> = {
  type: 'GiveConsent',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/account/consent',
    summary: 'Accept data processing and the zero-training disclosure',
    status: 204,
    body: z.strictObject({ data_processing: z.boolean(), zero_training: z.boolean() }),
    answer: null,
    command: ({ body, userId, at }) => ({
      type: 'GiveConsent',
      data: { userId, dataProcessing: body.data_processing, zeroTraining: body.zero_training, at },
    }),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(store, user, userStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
};

/** When the user accepted, RFC 3339; null: not yet. Asked by whoever starts a job. */
export const consentOf = async (store: StreamStore, userId: string): Promise<string | null> => {
  const { events } = await store.read<UserEvent>(userStream(userId));
  const state = fold(user, events);
  return state.status === 'REGISTERED' ? state.consentAt : null;
};
