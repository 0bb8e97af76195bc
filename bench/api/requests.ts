import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { percentile } from '../store/measure.ts';
import type { Stage } from './stage.ts';

const JOB = JSON.stringify({
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  title: 'A job of the benchmark',
  targets: [],
});

/** Sends one request and reads its answer; throws on any status but the expected. */
export type Send = () => Promise<string>;

export type Senders = Readonly<{
  bare: Send;
  /** `POST /jobs`, authenticated, checked, decided, appended. */
  command: Send;
  /** `GET /jobs/:id` of one of the first jobs. */
  read: Send;
  close: () => Promise<void>;
}>;

export const openSenders = async (stage: Stage, connections: number): Promise<Senders> => {
  const api = new Pool(stage.apiUrl, { connections, pipelining: 1 });
  const bare = new Pool(stage.bareUrl, { connections, pipelining: 1 });
  const json = { 'content-type': 'application/json' };
  const authorised = { ...json, authorization: `Bearer ${stage.token}` };
  const send = async (
    pool: Pool,
    expected: number,
    request: Readonly<{
      method: 'GET' | 'POST';
      path: string;
      headers: Record<string, string>;
      body?: string;
    }>,
  ): Promise<string> => {
    const { statusCode, body } = await pool.request({ ...request, headersTimeout: 10_000 });
    const text = await body.text();
    if (statusCode !== expected) throw new Error(`${request.path}: ${statusCode} ${text}`);
    return text;
  };
  const command: Send = () =>
    send(api, 201, { method: 'POST', path: '/api/v1/jobs', headers: authorised, body: JOB });
  const created = await Promise.all(Array.from({ length: 50 }, command));
  const jobs = created.map((text): string => JSON.parse(text).job_id);
  return {
    bare: () => send(bare, 201, { method: 'POST', path: '/', headers: json, body: JOB }),
    command,
    read: () => {
      const job = jobs[Math.floor(Math.random() * jobs.length)];
      return send(api, 200, { method: 'GET', path: `/api/v1/jobs/${job}`, headers: authorised });
    },
    close: async () => {
      await Promise.all([api.close(), bare.close()]);
    },
  };
};

export type LoadResult = Readonly<{
  clients: number;
  perSecond: number;
  failures: number;
  command_p95_ms: number;
  read_p95_ms: number;
}>;

/** `clients` that ask without a pause, every fourth request a command. */
export const underLoad = async (stage: Stage, clients: number, milliseconds: number): Promise<LoadResult> => {
  const senders = await openSenders(stage, clients);
  const times = { command: [] as number[], read: [] as number[] };
  let failures = 0;
  const started = performance.now();
  const client = async (index: number): Promise<void> => {
    for (let turn = index; performance.now() - started < milliseconds; turn += 1) {
      const kind = turn % 4 === 0 ? 'command' : 'read';
      const at = performance.now();
      try {
        await senders[kind]();
        times[kind].push(performance.now() - at);
      } catch {
        failures += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  const seconds = (performance.now() - started) / 1_000;
  await senders.close();
  return {
    clients,
    perSecond: (times.command.length + times.read.length) / seconds,
    failures,
    command_p95_ms: percentile(times.command, 0.95),
    read_p95_ms: percentile(times.read, 0.95),
  };
};
