import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../../kernel/rejection.ts';
import type { JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import { job, statusOf } from './job.ts';
import type { JobState } from './state.ts';
import { commands, fitReports, type Seen, see } from './testing/model/commands.ts';
import { ACCEPTED, EVENT_TYPES, leadsTo, NON_TERMINAL, type Status } from './testing/model/table.ts';

const ENDING: readonly JobCommand['type'][] = [
  'CancelJob',
  'ReportInfraFailure',
  'RefuseJob',
  'ExpireGrace',
  'ForceTerminate',
];

/** Leads back or aside: rare, so that walks also get far. */
const RARE: readonly JobCommand['type'][] = [
  'ReviseSpec',
  'ReopenSpec',
  'ReportBudgetReached',
  'ReportHeartbeatMissed',
  'ReportHeartbeatResumed',
  'DeclineEscalation',
  'TimeOutEscalation',
  'TimeOutExecution',
  'TimeOutStage',
  'RecordPatchFailure',
  'AbandonJob',
];

const types = Object.keys(commands) as readonly JobCommand['type'][];
/** Steps that fit the status: without them a random walk would hardly get past the first gates. */
const fitting = (status: Status): readonly JobCommand['type'][] => {
  const fit = types.filter((type) => ACCEPTED[type].includes(status) && !ENDING.includes(type));
  return fit.flatMap((type) => Array.from({ length: RARE.includes(type) ? 1 : 6 }, () => type));
};

/** One random step: mostly a fitting command, sometimes (`wild` 0) any. The numbers choose among what there is. */
type Choice = Readonly<{ wild: number; command: number; variant: number }>;
// Unbiased: small numbers would choose the first commands of each list again and again.
const choices = fc.noBias(
  fc.array(
    fc.record({ wild: fc.nat({ max: 9 }), command: fc.nat({ max: 9_999 }), variant: fc.nat({ max: 9_999 }) }),
    { minLength: 120, maxLength: 120 },
  ),
);

const choose = <T>(from: readonly T[], index: number): T => {
  const chosen = from[index % from.length];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};

const make = (choice: Choice, status: Status, seen: Seen): JobCommand => {
  const fit = fitting(status);
  const wild = choice.wild === 0 || fit.length === 0;
  const type = choose(wild ? types : fit, choice.command);
  const variants = type === 'ReportExecution' && !wild ? fitReports(seen) : commands[type];
  return choose(variants, choice.variant)(seen);
};

type Outcome = Readonly<{ events: JobEvent[] } | { code: string }>;
const decide = (asked: JobCommand, state: JobState): Outcome => {
  try {
    return { events: job.decide(asked, state) };
  } catch (error) {
    if (isRejection(error)) return { code: error.code };
    throw error;
  }
};

/** One random walk; returns what was seen, so that the property can be checked for being worth something. */
const walk = (steps: readonly Choice[]) => {
  const log: JobEvent[] = [];
  const visited = new Map<Status, JobState>();
  let state = job.initialState();
  let status: Status = 'NONE';
  let askedIn: Status = 'NONE';
  for (const choice of steps) {
    const asked = make(choice, status, see(log));
    const outcome = decide(asked, state);
    if (!ACCEPTED[asked.type].includes(status)) {
      const repeated = asked.type === 'ReportExecution' && 'events' in outcome;
      if (repeated) expect(outcome.events).toEqual([]);
      else expect(outcome).toHaveProperty('code');
    }
    if ('code' in outcome) continue;
    for (const event of outcome.events) {
      const to = leadsTo(event.type, status, askedIn);
      expect(to, `${event.type} in ${status}`).toBeDefined();
      if (event.type === 'EscalationRequested') askedIn = status;
      state = job.evolve(state, event);
      status = to ?? status;
      expect(statusOf(state), event.type).toBe(status);
      visited.set(status, state);
      log.push(event);
    }
  }
  return { log, visited };
};

describe('random command sequences', () => {
  const visited = new Map<Status, JobState>([['NONE', job.initialState()]]);

  it('[JOB-01] never leave the table, and every other pair is rejected', () => {
    const happened = new Set<string>();
    fc.assert(
      fc.property(choices, (steps) => {
        const seen = walk(steps);
        for (const [status, state] of seen.visited) visited.set(status, state);
        for (const { type } of seen.log) happened.add(type);
        const numbers = seen.log.flatMap(({ type, data }) =>
          type === 'AttemptStarted' ? [data.attempt] : [],
        );
        expect(new Set(numbers).size, 'attempt numbers never repeat').toBe(numbers.length);
      }),
      { numRuns: 1_200, seed: 20_261_120 },
    );
    // A walk that never gets anywhere would prove nothing.
    expect([...visited.keys()].sort()).toEqual([...NON_TERMINAL, 'DELIVERED', 'FAILED', 'NONE'].sort());
    expect(EVENT_TYPES.filter((type) => !happened.has(type))).toEqual([]);
  }, 120_000);

  it('[JOB-01] rejects every command in every status that the table does not give it', () => {
    const seen: Seen = {
      token: 't',
      specHash: 's',
      attempt: 0,
      executionId: 'never-asked',
      kind: 'TEST',
      fresh: 'f',
    };
    expect(visited.size).toBe(NON_TERMINAL.length + 3);
    for (const [status, state] of visited)
      for (const type of types.filter((name) => !ACCEPTED[name].includes(status)))
        for (const variant of commands[type])
          expect(decide(variant(seen), state), `${type} in ${status}`).toHaveProperty('code');
  });
});
