import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { UserRegistered } from '../../domain/identity/user.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { signUpTier } from './sign-up-tier.ts';

const at = '2026-11-20T10:00:00.000Z';
const registered: UserRegistered = { type: 'UserRegistered', data: { userId: 'u', emailKey: 'k', at } };

describe('tier of new accounts', () => {
  it('[BIL-03] leaves a new account on FREE where nothing else is offered', () => {
    processManagerSpecification(signUpTier('FREE'), deepStrictEqual)().when(recorded(registered)).then();
  });

  it('[BIL-03] assigns the tier that this installation offers', () => {
    processManagerSpecification(signUpTier('MAX'), deepStrictEqual)()
      .when(recorded(registered))
      .then({
        kind: 'command',
        command: {
          type: 'AssignTier',
          data: { userId: 'u', tier: 'MAX', reason: 'tier of new accounts here', at },
        },
      });
  });
});
