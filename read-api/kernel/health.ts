/** What the process that answers counted since its start; other processes count for themselves (OPS-05). */
export type ProcessFigures = Readonly<{
  /** Answers by the first digit of their status. */
  answered: ReadonlyMap<number, number>;
  /** Open connections to streams of events. */
  streams: number;
}>;

/** Figures of the whole installation, for operators (OPS-05). Counts, and seconds where the name says so. */
export type SystemHealth = Readonly<{
  /** Position of the newest event. */
  head: number;
  /** Appended events after the newest numbered one, and how long the first of them waits for its position. */
  unnumbered: Readonly<{ events: number; oldestSeconds: number }>;
  /** Of what this role may see: a long one holds up the numbering of everything that began after it. */
  oldestTransactionSeconds: number;
  /** Processes that carry subscriptions and are alive. */
  workers: number;
  subscriptions: readonly Readonly<{
    subscription: string;
    partitions: number;
    /** Partitions that nobody holds. */
    unheld: number;
    /** Events between the head and the slowest partition. */
    lag: number;
    retrying: number;
    parked: number;
    /** Events that wait behind a dead letter. */
    deferred: number;
  }>[];
  queues: readonly Readonly<{
    task: string;
    waiting: number;
    /** Should be running by now. */
    due: number;
    running: number;
    /** Will not run again by themselves. */
    failed: number;
  }>[];
  /** Commands of process managers: not yet decided, and refused. */
  commandsWaiting: number;
  rejectedCommands: number;
  /** Whether spending is halted for everybody, and for how many people it is by themselves (OPS-04). */
  halts: Readonly<{ everybody: boolean; people: number }>;
  /** Jobs that changed within a day, by the status they have now. */
  jobs: readonly Readonly<{ status: string; count: number }>[];
  /** Calls of models that were answered within a day, by the route that they took and what they came to (BIL-06). */
  modelCalls: readonly Readonly<{
    modelClass: string;
    gateway: string;
    model: string;
    /** UNDECIDED: of work that is under way. */
    outcome: string;
    count: number;
  }>[];
  /** Of each route to a model that was asked lately: whether it is asked now, and how long it is not (LLM-04). */
  breakers: readonly Readonly<{
    gateway: string;
    model: string;
    state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
    /** In a row. */
    failures: number;
    waitMs: number;
    /** What an operator has to mend of it (`RouteFault`); null: nothing. */
    fault: string | null;
  }>[];
}>;

/** The share of answers that were our failures (5xx), 0 before the first, and the streams, which have no end to count. */
export const processHealth = ({ answered, streams }: ProcessFigures) => {
  const answers = [...answered.values()].reduce((sum, count) => sum + count, 0);
  const serverErrors = answered.get(5) ?? 0;
  return { answers, serverErrors, errorRate: serverErrors / Math.max(1, answers), sseConnections: streams };
};
