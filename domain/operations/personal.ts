import type { PersonalFields } from '../kernel/personal.ts';

/** Why an operator decided something about one person. */
const REASON: PersonalFields = { of: 'userId', fields: ['reason'] };

/**
 * What operators write about a person goes with the person (ES-13). A halt of everybody names nobody (`userId` null), so no
 * key reaches its reason: `redaction.ts`.
 */
export const OPERATIONS_PERSONAL: readonly (readonly [type: string, personal: PersonalFields])[] = [
  ['SpendingHalted', REASON],
  ['SpendingReleased', REASON],
  ['TicketContextAllowed', REASON],
  ['TicketContextWithdrawn', REASON],
];
