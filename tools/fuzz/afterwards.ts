import { randomUUID } from 'node:crypto';
import { headSigner, newHeadKeyPem } from '../../infra/audit/head-key.ts';
import { openLogTree } from '../../infra/audit/log-tree.ts';
import type { TestApi } from '../../infra/http/testing/api.ts';
import { verifyStored } from '../../infra/operations/audit/verify.ts';

/** What a 201 promised: the ids of jobs and of people. */
export type Promised = Readonly<{ jobs: ReadonlySet<string>; users: ReadonlySet<string> }>;

const missing = async (
  { pool }: TestApi,
  type: string,
  key: string,
  ids: ReadonlySet<string>,
): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select promised as id from unnest($1::text[]) as promised
     where not exists (select from events where type = $2 and data::jsonb->>$3 = promised)`,
    [[...ids], type, key],
  );
  return rows.map(({ id }) => `${id} was answered and is no ${type} in the log`);
};

/** A newcomer reaches the read tables, behind everything that was appended before. */
const newcomer = async (api: TestApi): Promise<string[]> => {
  const body = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  const { status, body: answer } = await api.call(null, 'POST', '/auth/register', { body });
  if (status !== 201) return [`nobody can register any more: ${status} ${JSON.stringify(answer)}`];
  const arrived = async (): Promise<boolean> => {
    const { rows } = await api.pool.query('select from read.users where user_id = $1', [answer['user_id']]);
    return rows.length === 1;
  };
  return api.settled(arrived).then(
    () => [],
    (error: unknown) => [`the read tables stand still: ${String(error)}`],
  );
};

const deadLetters = async ({ pool }: TestApi): Promise<string[]> => {
  const { rows } = await pool.query<{ what: string }>(
    `select format('a dead letter of %s at %s: %s', subscription, position, error) as what
     from runtime.dead_letters limit 3`,
  );
  return rows.map(({ what }) => what);
};

const verifies = async ({ pool }: TestApi): Promise<string[]> => {
  const signer = headSigner(newHeadKeyPem());
  const head = await openLogTree(pool, { signer, origin: 'fuzz', now: () => new Date() }).publish();
  const verdict = await verifyStored(pool);
  const isWhole = verdict.intact && verdict.covered >= head.tree_size;
  return isWhole ? [] : [`the log does not verify: ${JSON.stringify(verdict)}`];
};

/** What does not hold any more after a round; empty: nothing was lost, and the server still works. */
export const afterwards = async (api: TestApi, { jobs, users }: Promised): Promise<string[]> => [
  ...(await missing(api, 'JobRequested', 'jobId', jobs)),
  ...(await missing(api, 'UserRegistered', 'userId', users)),
  ...(await newcomer(api)),
  ...(await deadLetters(api)),
  ...(await verifies(api)),
];
