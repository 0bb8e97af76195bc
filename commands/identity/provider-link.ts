import { type LinkProvider, providerClaim, providerStream } from '../../domain/identity/provider-claim.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { userOf } from './open-session.ts';

/** `generation`: that of the session in which the person asked for it. */
export type SendProviderLink = Command<
  'LinkProvider',
  LinkProvider['data'] & Readonly<{ generation: number }>
>;

/**
 * Sent only after the provider's answer was checked. Without a verified address somebody who registered that of another
 * person would keep a way in (ID-06).
 */
export const linkProvider: CommandFile<SendProviderLink, unknown> = {
  type: 'LinkProvider',
  access: 'USER',
  route: null,
  async decide({ data }, { store }) {
    const { generation, ...linked } = data;
    const state = await userOf(store, linked.userId);
    if (state.status !== 'REGISTERED' || state.generation !== generation)
      throw new Rejection('OAUTH_REFUSED', 'The session in which this was begun is over.');
    if (state.emailVerifiedAt === null)
      throw new Rejection('EMAIL_NOT_VERIFIED', 'Verify the address of your account first.');
    const command = { type: 'LinkProvider', data: linked } as const;
    const { append } = await decideOn(store, providerClaim, providerStream(linked.accountKey), command);
    return { appends: [append], answer: null };
  },
};
