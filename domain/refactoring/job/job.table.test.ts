import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { statusOf } from './job.ts';
import { ask } from './testing/ask.ts';
import { why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { ACCEPTED } from './testing/model/table.ts';
import { JOB, later } from './testing/samples.ts';
import { cancel, expired, infra, inGrace } from './testing/table/row.ts';
import { rows } from './testing/table/rows.ts';

describe('the transition table', () => {
  it.each(rows)('[JOB-01] a job %s', (_name, journey, from, command, events, to) => {
    const given = journey();
    expect(statusOf(given.state)).toBe(from);
    expect(given.does(command).map(({ type }) => type)).toEqual(events);
    expect(statusOf(given.state)).toBe(to);
  });

  it('[JOB-01] has a row for each command in each status that takes it', () => {
    const shown = new Set(rows.map(([_name, _journey, from, { type }]) => `${type} in ${from ?? 'NONE'}`));
    const taken = Object.entries(ACCEPTED).flatMap(([type, statuses]) =>
      statuses.map((status) => `${type} in ${status}`),
    );
    expect(taken.filter((each) => !shown.has(each))).toEqual([]);
  });

  it('[JOB-01] says why a job failed', () => {
    const failure = (journey: at.Journey, command: JobCommand): unknown => {
      journey.does(command);
      return journey.state.status === 'FAILED' ? journey.state.failureClass : null;
    };
    expect(failure(at.refactoring(), cancel)).toBe('USER_CANCELLED');
    expect(failure(at.refactoring(), infra)).toBe('INFRA_FAILURE');
    expect(failure(inGrace(at.refactoring()), { type: 'ExpireGrace', data: expired })).toBe(
      'CLIENT_DISCONNECTED',
    );
    expect(
      failure(at.waitingIntervention(), {
        type: 'TimeOutIntervention',
        data: { jobId: JOB, at: later(1_800) },
      }),
    ).toBe('INTERVENTION_TIMEOUT');
    expect(failure(at.fallback(), { type: 'AbandonJob', data: why })).toBe('ABANDONED');
    expect(failure(at.analysing(), ask.refuse())).toBe('REFUSED');
  });
});
