import { z } from 'zod';
import { type UserEvent, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { jsonQuery } from '../kernel/query.ts';

export const getMe = jsonQuery({
  name: 'GetMe',
  access: 'USER',
  path: '/auth/me',
  summary: 'Who you are',
  query: z.object({}),
  answer: z.object({
    user_id: z.uuid(),
    email: z.string().nullable(),
    consent_given_at: z.string().nullable(),
    email_verified_at: z.string().nullable(),
  }),
  async run({ userId }, { store, emailOf }) {
    const { events } = await store.read<UserEvent>(userStream(userId));
    const state = fold(user, events);
    if (state.status !== 'REGISTERED') throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    return {
      user_id: userId,
      email: await emailOf(userId),
      consent_given_at: state.consentAt,
      email_verified_at: state.emailVerifiedAt,
    };
  },
});
