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
import type { Stage } from './stage.ts';

const SETTLE_MS = 2_000;

export type Arrivals = Readonly<{ p50: number; p99: number; arrived: number; expected: number }>;

/** A bare socket, so that a thousand clients cost this process as little as they can. */
const listen = async (stage: Stage, jobId: string, onLine: (line: string) => void): Promise<Socket> => {
  const { hostname, port } = new URL(stage.apiUrl);
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8');
  await once(socket, 'connect');
  socket.write(
    `GET /api/v1/jobs/${jobId}/logs HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${stage.token}\r\n\r\n`,
  );
  const [head] = await once(socket, 'data');
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

/**
 * Milliseconds from sending an append (in this process, on its own connections) until each listening client has it.
 * `jobs` are dealt to the clients in turn: one job means that every line goes to every client.
 */
export const arrivals = async (
  stage: Stage,
  options: Readonly<{ jobs: readonly string[]; clients: number; lines: number; perSecond: number }>,
): Promise<Arrivals> => {
  const { jobs, clients, lines, perSecond } = options;
  const sentAt: number[] = [];
  const times: number[] = [];
  // Lines of an earlier run come along as the story so far; only this run's are timed.
  const run = randomUUID().slice(0, 8);
  const mark = new RegExp(`"line":"${run}:(\\d+)"`);
  const onLine = (line: string): void => {
    const sent = sentAt[Number(mark.exec(line)?.[1] ?? Number.NaN)];
    if (sent !== undefined) times.push(performance.now() - sent);
  };
  const sockets: Socket[] = [];
  for (let index = 0; index < clients; index += 1)
    sockets.push(await listen(stage, jobs[index % jobs.length] ?? '', onLine));
  const pool = createPool({ connectionString: stage.databaseUrl, max: 8 });
  const log = openPostgresEventLog({ pool });
  // Warm-up: the appender's connections. And each client first gets the story so far; what is measured comes after it.
  await appendLine(log, randomUUID(), 'warm-up');
  await sleep(SETTLE_MS);
  const pending: Promise<unknown>[] = [];
  const start = performance.now();
  for (let line = 0; line < lines; line += 1) {
    const due = start + (line * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    sentAt.push(performance.now());
    pending.push(appendLine(log, jobs[line % jobs.length] ?? '', `${run}:${line}`));
  }
  await Promise.all(pending);
  const expected = lines * Math.ceil(clients / jobs.length);
  const deadline = performance.now() + 10_000;
  while (times.length < expected && performance.now() < deadline) await sleep(20);
  for (const socket of sockets) socket.destroy();
  await log.close();
  await pool.end();
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    arrived: times.length,
    expected,
  };
};
