import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { percentile, rateOf, rounded } from '../store/measure.ts';
import { processorTime } from './processor-time.ts';
import { type Ask, json, sendTo } from './requests.ts';
import type { Stage } from './stage.ts';

/** One sign-in costs a bcrypt on a thread of its own: more at once only wait. */
const SIGNING_IN = 4;
const READING = 64;

type Figures = Readonly<{ perSecond: number; p50: number; cpu: number }>;

const figuresOf = async (
  stage: Stage,
  concurrency: number,
  milliseconds: number,
  requests: readonly Ask[],
): Promise<Figures> => {
  const api = new Pool(stage.apiUrl, { connections: concurrency, pipelining: 1 });
  const times: number[] = [];
  const perform = async (worker: number): Promise<void> => {
    const request = requests[worker % requests.length];
    if (request === undefined) throw new Error('there is no request');
    const began = performance.now();
    await sendTo(api, 200, request);
    times.push(performance.now() - began);
  };
  const workload = { name: 'route', concurrency, perform };
  await rateOf(workload, milliseconds / 3);
  times.length = 0;
  const before = processorTime(stage.apiPid);
  const perSecond = await rateOf(workload, milliseconds);
  const cpu = (processorTime(stage.apiPid) - before) / times.length;
  await api.close();
  return { perSecond, p50: percentile(times, 0.5), cpu };
};

/** `POST /auth/login` and `GET /usage/summary`, each alone. */
export const otherRoutes = async (
  stage: Stage,
  { milliseconds, note }: Readonly<{ milliseconds: number; note: (text: string) => void }>,
) => {
  const people = [];
  for (let index = 0; index < SIGNING_IN; index += 1) people.push(await stage.newAccount());
  const logins = people.map(
    ({ credentials }): Ask => ({
      method: 'POST',
      path: '/api/v1/auth/login',
      headers: json,
      body: JSON.stringify(credentials),
    }),
  );
  const summaries = people.map(
    ({ token }): Ask => ({
      method: 'GET',
      path: '/api/v1/usage/summary',
      headers: { authorization: `Bearer ${token}` },
    }),
  );
  const login = await figuresOf(stage, SIGNING_IN, milliseconds, logins);
  const summary = await figuresOf(stage, READING, milliseconds, summaries);
  note(`sign-ins ${rounded(login.perSecond)}/s, summaries ${Math.round(summary.perSecond)}/s`);
  return {
    login_per_second: rounded(login.perSecond),
    login_p50_ms: rounded(login.p50),
    login_cpu_us: Math.round(login.cpu),
    usage_summary_per_second: Math.round(summary.perSecond),
    usage_summary_p50_ms: rounded(summary.p50),
    usage_summary_cpu_us: Math.round(summary.cpu),
  };
};
