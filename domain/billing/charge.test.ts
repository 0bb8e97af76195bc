import { describe, expect, it } from 'vitest';
import { chargeOf, type JobEnd, type MeteredCall } from './charge.ts';

const call = (microCredits: number, failureClass: MeteredCall['failureClass'] = null): MeteredCall => ({
  microCredits,
  failureClass,
});
const calls = [call(5), call(7, 'SUCCESS'), call(11, 'LOGIC_FAILURE')];

describe('what a job is charged', () => {
  it('[BIL-06] nothing before the point of no return, whoever ended it', () => {
    const ends: readonly JobEnd[] = [
      'USER_CANCELLED',
      'CLIENT_DISCONNECTED',
      'REFUSED',
      'INFRA_FAILURE',
      'INTERVENTION_TIMEOUT',
      'ABANDONED',
    ];
    for (const end of ends) expect(chargeOf({ committed: false, end, calls }).microCredits, end).toBe(0);
  });

  it('[BIL-06] what was used, after it', () => {
    const ending = (end: JobEnd) => chargeOf({ committed: true, end, calls });
    expect(ending('DELIVERED')).toEqual({ microCredits: 23, chargeClass: 'SUCCESS' });
    for (const end of ['USER_CANCELLED', 'CLIENT_DISCONNECTED', 'ABANDONED'] as const)
      expect(ending(end), end).toEqual({ microCredits: 23, chargeClass: 'LOGIC_FAILURE' });
  });

  it('[BIL-06] nothing where our side failed or the time of an intervention ran out', () => {
    for (const end of ['INFRA_FAILURE', 'INTERVENTION_TIMEOUT'] as const)
      expect(chargeOf({ committed: true, end, calls })).toEqual({ microCredits: 0, chargeClass: end });
  });

  it('[BIL-06] no call that failed for our reasons or would not apply', () => {
    for (const failure of [
      'INFRA_FAILURE',
      'APPLY_FAILED',
      'SCHEMA_VIOLATION',
      'INTERVENTION_TIMEOUT',
    ] as const)
      expect(
        chargeOf({ committed: true, end: 'DELIVERED', calls: [call(5), call(100, failure)] }).microCredits,
        failure,
      ).toBe(5);
  });
});
