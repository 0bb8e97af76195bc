import { emailClaim, emailStream } from '../../domain/identity/email-claim.ts';
import {
  type OAuthProvider,
  type ProviderLinked,
  providerClaim,
  providerStream,
} from '../../domain/identity/provider-claim.ts';
import { type UserState, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { isRejection, Rejection } from '../../domain/kernel/rejection.ts';
import type { CommandFile, Decided, Tools } from '../kernel/command.ts';
import { decideOn, decideOnNew } from '../kernel/decide-on.ts';
import { asStored, openSession, userOf, withTokens } from './open-session.ts';
import type { IdentityServices } from './services.ts';
import { holderOf } from './sign-in.ts';

/**
 * Sent only after the provider's answer was checked. `emailKey` null: the provider does not vouch for an address. `userId`
 * and `sessionId` are for what may have to be opened.
 */
export type SignInByProvider = Command<
  'SignInByProvider',
  {
    provider: OAuthProvider;
    accountKey: string;
    emailKey: string | null;
    userId: string;
    sessionId: string;
    at: string;
  }
>;

type Data = SignInByProvider['data'];

const linkedUser = async (store: StreamStore, accountKey: string): Promise<string | null> => {
  const { events } = await store.read<ProviderLinked>(providerStream(accountKey));
  return fold(providerClaim, events).userId;
};

const link = async (store: StreamStore, data: Data, userId: string): Promise<StreamAppend> => {
  const { accountKey, provider, at } = data;
  const command = { type: 'LinkProvider', data: { accountKey, provider, userId, at } } as const;
  return (await decideOn(store, providerClaim, providerStream(accountKey), command)).append;
};

const signedIn = (
  { sessionId, at }: Data,
  { userId, generation }: Readonly<{ userId: string; generation: number }>,
  appends: readonly StreamAppend[] = [],
): Decided => {
  const ref = { userId, sessionId, generation };
  return { appends: [...appends, openSession(ref, at)], answer: asStored(ref) };
};

const generationOf = (state: UserState): number => (state.status === 'UNKNOWN' ? 0 : state.generation);

const intoLinked = async (store: StreamStore, data: Data, userId: string): Promise<Decided> => {
  const state = await userOf(store, userId);
  if (state.status !== 'REGISTERED')
    throw new Rejection('OAUTH_REFUSED', 'The account that this signs in to was deleted.');
  return signedIn(data, state);
};

/** Both sides have verified the address, and what was set before that does not survive (ID-06). */
const intoHolder = async (
  { store, services }: Tools<IdentityServices>,
  data: Data,
  userId: string,
): Promise<Decided> => {
  const command = { type: 'ProveAccount', data: { userId, at: data.at } } as const;
  const { after, append } = await decideOn(store, user, userStream(userId), command);
  if (append.events.length > 0) await services.credentials.dropPassword(userId);
  const linked = await link(store, data, userId);
  return signedIn(data, { userId, generation: generationOf(after) }, [append, linked]);
};

const intoNew = async (store: StreamStore, data: Data, emailKey: string): Promise<Decided> => {
  const { userId, at } = data;
  const claimed = await decideOn(store, emailClaim, emailStream(emailKey), {
    type: 'ClaimEmail',
    data: { userId, emailKey, at },
  });
  const registered = decideOnNew(user, userStream(userId), {
    type: 'RegisterVouched',
    data: { userId, emailKey, at },
  });
  const linked = await link(store, data, userId);
  return signedIn(data, { userId, generation: generationOf(registered.after) }, [
    claimed.append,
    registered.append,
    linked,
  ]);
};

/** Another first sign-in of the same person may have been faster, between two of our reads: then its account is the one. */
const intoNewOrFaster = async (store: StreamStore, data: Data, emailKey: string): Promise<Decided> => {
  try {
    return await intoNew(store, data, emailKey);
  } catch (error) {
    const faster = isRejection(error) ? await linkedUser(store, data.accountKey) : null;
    if (faster === null) throw error;
    return intoLinked(store, data, faster);
  }
};

/** ID-05, ID-06: into the linked account, else into the one with the same verified address, else into a new one. */
export const signInByProvider: CommandFile<SignInByProvider, IdentityServices> = {
  type: 'SignInByProvider',
  access: 'PUBLIC',
  route: null,
  async decide({ data }, tools) {
    const { store } = tools;
    const known = await linkedUser(store, data.accountKey);
    if (known !== null) return intoLinked(store, data, known);
    if (data.emailKey === null)
      throw new Rejection(
        'OAUTH_EMAIL_UNVERIFIED',
        'The provider has not verified an address of yours. Verify it there, or sign in here and link.',
      );
    const holder = await holderOf(store, data.emailKey);
    return holder === null
      ? intoNewOrFaster(store, data, data.emailKey)
      : intoHolder(tools, data, holder.userId);
  },
  present: (answer, _command, { services }) => withTokens(answer, services),
};
