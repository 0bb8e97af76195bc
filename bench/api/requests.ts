import { Pool } from 'undici';
import type { Stage } from './stage.ts';

const JOB = JSON.stringify({
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  title: 'A job of the benchmark',
  targets: [],
});
const TIMEOUT_MS = 10_000;

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

export type Ask = Readonly<{
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}>;

/** Sends one request and reads its answer. */
export const sendTo = async (pool: Pool, expected: number, request: Ask): Promise<string> => {
  const { statusCode, body } = await pool.request({
    ...request,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const text = await body.text();
  if (statusCode !== expected) throw new Error(`${request.path}: ${statusCode} ${text}`);
  return text;
};

export const json = { 'content-type': 'application/json' };
export const requestJob = (token: string): Ask => ({
  method: 'POST',
  path: '/api/v1/jobs',
  headers: { ...json, authorization: `Bearer ${token}` },
  body: JOB,
});

export const openSenders = async (stage: Stage, connections: number): Promise<Senders> => {
  const api = new Pool(stage.apiUrl, { connections, pipelining: 1 });
  const bare = new Pool(stage.bareUrl, { connections, pipelining: 1 });
  const token = await stage.newUser();
  const authorised = { authorization: `Bearer ${token}` };
  const command: Send = () => sendTo(api, 201, requestJob(token));
  const created = await Promise.all(Array.from({ length: 50 }, command));
  const jobs = created.map((text): string => JSON.parse(text).job_id);
  return {
    bare: () => sendTo(bare, 201, { method: 'POST', path: '/', headers: json, body: JOB }),
    command,
    read: () => {
      const job = jobs[Math.floor(Math.random() * jobs.length)];
      return sendTo(api, 200, { method: 'GET', path: `/api/v1/jobs/${job}`, headers: authorised });
    },
    close: async () => {
      await Promise.all([api.close(), bare.close()]);
    },
  };
};

/** Requests `count` jobs as one user; gives their ids. */
export const createJobs = async (stage: Stage, token: string, count: number): Promise<string[]> => {
  const api = new Pool(stage.apiUrl, { connections: 8, pipelining: 1 });
  const texts = await Promise.all(Array.from({ length: count }, () => sendTo(api, 201, requestJob(token))));
  await api.close();
  return texts.map((text): string => JSON.parse(text).job_id);
};
