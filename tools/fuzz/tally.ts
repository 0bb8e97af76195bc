import type { Exchange } from './exchange.ts';
import { codeOf } from './judge.ts';

export type Finding = Readonly<{
  /** That showed it. */
  operations: ReadonlySet<string>;
  what: string;
  /** How often it was seen. */
  times: number;
  /** The smallest request known to show it. */
  request: string;
  /** What was sent at the same time; empty where it needs nothing beside it. */
  beside: readonly string[];
  answer: string;
  /** What the server wrote to its own log about it; null: nothing. */
  logged: string | null;
}>;

const SHOWN = 1_000;

/** Names a fault: by the first line that the server logged of it, where it did. */
export const keyOf = (what: string, logged: string | null): string =>
  `${what} ${logged?.split('\n')[0] ?? ''}`;

/** Figures of a run. */
export class Tally {
  requests = 0;
  /** The most requests that were under way together. */
  atOnce = 0;
  readonly findings = new Map<string, Finding>();
  readonly statuses = new Map<number, number>();
  readonly codes = new Map<string, number>();
  /** Operations that did their work at least once. */
  readonly done = new Set<string>();
  /** Ids that were answered: what they stand for must be in the log. */
  readonly promised = { jobs: new Set<string>(), users: new Set<string>() };

  /**
   * Counts exchanges that were under way together; gives the keys of the findings that nobody had seen before. Which of them
   * the server logged of, nobody knows.
   */
  add(together: readonly Exchange[], logged: string | null): string[] {
    return together.flatMap((made) => {
      const beside = together.filter((other) => other !== made).map(({ shown }) => shown);
      return this.#addOne(made, beside, logged);
    });
  }

  #addOne(
    { operation, answer, wrong, shown }: Exchange,
    beside: readonly string[],
    logged: string | null,
  ): string[] {
    this.requests += 1;
    if (answer !== null) {
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
      const code = codeOf(answer);
      if (code !== null) this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      if (answer.status < 300) this.done.add(operation);
      if (answer.status === 201) this.#promise(operation, answer.body.toString('utf8'));
    }
    return wrong.flatMap((what) => {
      // One fault of ours shows in many operations, and one status may be of many faults.
      const key = keyOf(what, logged);
      const known = this.findings.get(key);
      if (known !== undefined) {
        const fewer = known.beside.length - beside.length;
        const isSmaller = fewer > 0 || (fewer === 0 && shown.length < known.request.length);
        const operations = new Set([...known.operations, operation]);
        this.findings.set(key, {
          ...known,
          operations,
          times: known.times + 1,
          ...(isSmaller ? { request: shown, beside } : {}),
        });
        return [];
      }
      const said = answer === null ? '' : answer.body.toString('utf8').slice(0, SHOWN);
      this.findings.set(key, {
        operations: new Set([operation]),
        what,
        times: 1,
        request: shown,
        beside,
        answer: said,
        logged,
      });
      return [key];
    });
  }

  #promise(operation: string, body: string): void {
    const { job_id: jobId, user_id: userId }: { job_id?: string; user_id?: string } = JSON.parse(body);
    if (operation === 'RequestJob' && jobId !== undefined) this.promised.jobs.add(jobId);
    if (operation === 'RegisterUser' && userId !== undefined) this.promised.users.add(userId);
  }

  /** What was lost or broken behind the answers. */
  lost(what: string): void {
    this.findings.set(what, {
      operations: new Set(['afterwards']),
      what,
      times: 1,
      request: '',
      beside: [],
      answer: '',
      logged: null,
    });
  }
}
