import type { EmailVerified } from '../../domain/identity/user.ts';
import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';

/** The mail that greets a person. `at`: since when they are known. */
export type SendWelcome = Effect<'SendWelcome', { userId: string; at: string }>;

/** Asks for one mail a person, once their address is theirs: before that it may be somebody else's (OPS-09). */
export const welcome: ProcessManager<null, EmailVerified, never, SendWelcome> = {
  name: 'welcome',
  revision: 1,
  handles: ['EmailVerified'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data }) => [{ kind: 'effect', key: 'mail', effect: { type: 'SendWelcome', data } }],
};
