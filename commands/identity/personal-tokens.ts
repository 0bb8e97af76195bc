import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { asStored, fromStored, openSession, userOf } from './open-session.ts';
import { SCOPES, type Scope } from './scopes.ts';
import type { IdentityServices } from './services.ts';

const DAY_MS = 86_400_000;
const CONTROL = /\p{Cc}/u;

export type CreatePersonalToken = Command<
  'CreatePersonalToken',
  {
    userId: string;
    sessionId: string;
    label: string;
    scopes: readonly Scope[];
    expiresAt: string;
    at: string;
  }
>;

/**
 * ID-07: a token for machines is a session of its own, so whatever ends sessions ends it. The token is shown once; repeated
 * under its Idempotency-Key the request gives another token of the same session.
 */
export const createPersonalToken: CommandFile<CreatePersonalToken, IdentityServices> = {
  type: 'CreatePersonalToken',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/auth/tokens',
    summary: 'A token for a machine; shown this once',
    status: 201,
    body: z.strictObject({
      label: z
        .string()
        .min(1)
        .max(60)
        .refine((label) => !CONTROL.test(label), 'A label is one line of text.'),
      scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
      days: z.int().min(1).max(365),
    }),
    answer: z.object({ token: z.string(), session_id: z.uuid(), expires_at: z.string() }),
    command: ({ body, userId, at, newId }) => ({
      type: 'CreatePersonalToken',
      data: {
        userId,
        sessionId: newId(),
        label: body.label,
        scopes: [...new Set(body.scopes)],
        expiresAt: new Date(Date.parse(at) + body.days * DAY_MS).toISOString(),
        at,
      },
    }),
  }),
  async decide({ data }, { store }) {
    const { userId, sessionId, at } = data;
    const state = await userOf(store, userId);
    if (state.status !== 'REGISTERED') throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    const ref = { userId, sessionId, generation: state.generation };
    return { appends: [openSession(ref, at)], answer: asStored(ref) };
  },
  async present(answer, { data }, { services }) {
    const { label, scopes, expiresAt } = data;
    const ref = fromStored(answer);
    const token = await services.personalTokens.issue({ ref, label, scopes, expiresAt });
    return { token, session_id: ref.sessionId, expires_at: expiresAt };
  },
};
