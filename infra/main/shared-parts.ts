import type { Pool } from 'pg';
import type { IdentityServices } from '../../commands/identity/services.ts';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import type { TokenAuthority } from '../identity/access-tokens.ts';
import type { CredentialKeys } from '../identity/credentials.ts';
import type { Passwords } from '../identity/passwords.ts';
import { identityServices } from '../identity/services.ts';
import { type LiveRules, liveRules } from '../operations/operating-rules.ts';
import { type OperatorServices, operatorServices } from '../operations/services.ts';

type Opened = Readonly<{ pool: Pool; store: EventLog; texts: PersonalTexts; artifacts: ArtifactStore }>;

type Secured = Readonly<{ tokens: TokenAuthority; keys: CredentialKeys; passwords: Passwords }>;

export type SharedParts = Opened &
  Readonly<{ identity: IdentityServices; operators: OperatorServices; rules: LiveRules }>;

/** What commands and queries both work with, on one database and one log. `rules`: those of the log, where they are read already. */
export const sharedParts = (
  opened: Opened,
  { tokens, keys, passwords }: Secured,
  rules: LiveRules = liveRules(opened.store),
): SharedParts => {
  const { pool, store } = opened;
  return {
    ...opened,
    identity: identityServices({ pool, keys, passwords, tokens }),
    operators: operatorServices({ pool, keys, passwords, store }),
    rules,
  };
};
