import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobLog, jobLogStream } from '../../domain/refactoring/client/job-log.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../infra/event-store/postgres/postgres-event-log.ts';
import { createPool } from '../../infra/postgres/pool.ts';
import { percentile } from '../store/measure.ts';
import { processorTime } from './processor-time.ts';
import type { Stage } from './stage.ts';

const SETTLE_MS = 2_000;
const WARM_UP_MS = 2_000;
const LATEST_MS = 10_000;
const CONNECT_MS = 10_000;

/** One person's connection: its address below `/api/v1`, and the jobs whose lines must come through it. */
export type Client = Readonly<{ token: string; path: string; jobs: readonly string[] }>;

export type Arrivals = Readonly<{ p50: number; p99: number; messages: number; serverMicroseconds: number }>;

/** A bare socket, so that a thousand clients cost this process as little as they can. */
const listen = async (
  stage: Stage,
  { path, token }: Client,
  onLine: (line: string) => void,
): Promise<Socket> => {
  const { hostname, port } = new URL(stage.apiUrl);
  const signal = AbortSignal.timeout(CONNECT_MS);
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8');
  await once(socket, 'connect', { signal });
  socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  const [head] = await once(socket, 'data', { signal });
  if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(`no stream: ${String(head).slice(0, 80)}`);
  let rest = '';
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return socket;
};

const appendLine = (log: PostgresEventLog, jobId: string, line: string): Promise<unknown> => {
  const id = randomUUID();
  const command = {
    type: 'WriteLogLines',
    data: {
      jobId,
      executionId: 'bench',
      lines: [line],
      percent: null,
      at: new Date().toISOString(),
    },
  } as const;
  return log.append(
    [
      {
        streamName: jobLogStream(jobId),
        events: jobLog.decide(command, null),
        expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
      },
    ],
    {
      context: {
        commandId: id,
        correlationId: jobId,
        causationId: id,
        actor: { type: 'system', id: 'bench' },
      },
    },
  );
};

type Sent = Readonly<{ at: number; jobId: string }>;

/** What came to the clients of one run, each line to each of its clients exactly once. */
class Arrived {
  readonly times: number[] = [];
  readonly wrong: string[] = [];
  readonly #mark: RegExp;
  readonly #sent: readonly Sent[];

  constructor(run: string, sent: readonly Sent[]) {
    this.#mark = new RegExp(`"line":"${run}:(\\d+)"`);
    this.#sent = sent;
  }

  /** Lines of the warm-up and of earlier runs carry another mark. */
  listener({ jobs }: Client): (line: string) => void {
    const seen = new Set<number>();
    const wanted = new Set(jobs);
    return (line) => {
      const number = Number(this.#mark.exec(line)?.[1] ?? Number.NaN);
      const sent = this.#sent[number];
      if (sent === undefined) return;
      if (seen.has(number) || !wanted.has(sent.jobId)) this.wrong.push(line);
      seen.add(number);
      this.times.push(performance.now() - sent.at);
    };
  }
}

/**
 * Milliseconds from the start of an append (in this process, on its own connections) until each client of its job has it.
 * Lines go to the jobs in turn. Throws when one is missing, comes twice or comes to a stranger.
 */
export const arrivals = async (
  stage: Stage,
  options: Readonly<{ clients: readonly Client[]; seconds: number; perSecond: number }>,
): Promise<Arrivals> => {
  const { clients, seconds, perSecond } = options;
  const jobs = [...new Set(clients.flatMap((client) => client.jobs))];
  const sent: Sent[] = [];
  const run = randomUUID().slice(0, 8);
  const arrived = new Arrived(run, sent);
  const sockets: Socket[] = [];
  const pool = createPool({ connectionString: stage.databaseUrl, max: 8 });
  const log = openPostgresEventLog({ pool });
  try {
    for (const client of clients) sockets.push(await listen(stage, client, arrived.listener(client)));
    const write = async (lines: number, lineOf: (jobId: string, index: number) => string): Promise<void> => {
      const pending: Promise<unknown>[] = [];
      const start = performance.now();
      for (let index = 0; index < lines; index += 1) {
        const due = start + (index * 1_000) / perSecond;
        if (due > performance.now()) await sleep(due - performance.now());
        const jobId = jobs[index % jobs.length] ?? '';
        pending.push(appendLine(log, jobId, lineOf(jobId, index)));
      }
      await Promise.all(pending);
    };
    // Each client first gets the story so far; then connections, plans and compiled functions warm up.
    await sleep(SETTLE_MS);
    await write((WARM_UP_MS * perSecond) / 1_000, () => 'warm-up');
    await sleep(SETTLE_MS);
    const before = processorTime(stage.apiPid);
    const lines = seconds * perSecond;
    await write(lines, (jobId, index) => {
      sent.push({ at: performance.now(), jobId });
      return `${run}:${index}`;
    });
    const listening = new Map<string, number>();
    for (const client of clients)
      for (const jobId of client.jobs) listening.set(jobId, (listening.get(jobId) ?? 0) + 1);
    const expected = sent.reduce((sum, { jobId }) => sum + (listening.get(jobId) ?? 0), 0);
    const deadline = performance.now() + LATEST_MS;
    while (arrived.times.length < expected && performance.now() < deadline) await sleep(20);
    if (arrived.times.length !== expected || arrived.wrong.length > 0)
      throw new Error(
        `${arrived.times.length} of ${expected} messages arrived, ${arrived.wrong.length} of them wrongly`,
      );
    return {
      p50: percentile(arrived.times, 0.5),
      p99: percentile(arrived.times, 0.99),
      messages: expected,
      serverMicroseconds: (processorTime(stage.apiPid) - before) / expected,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    await log.close();
    await pool.end();
  }
};
