import type { PersonalFields } from '../kernel/personal.ts';

/** What operators write about a person (ES-13); other grants name what was paid for. */
export const BILLING_PERSONAL: readonly (readonly [type: string, personal: PersonalFields])[] = [
  ['CreditsGranted', { of: 'userId', fields: ['reference'], when: ({ source }) => source === 'GOODWILL' }],
  ['ChargeReversed', { of: 'userId', fields: ['reason'] }],
];
