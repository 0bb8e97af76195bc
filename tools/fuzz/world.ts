import { createHash, randomUUID } from 'node:crypto';
import { SETTING_KEYS } from '../../domain/operations/settings.ts';
import type { Delivery } from '../../domain/patching/delivery.ts';
import type { TestApi, TestUser } from '../../infra/http/testing/api.ts';
import { forgedTokens } from '../../infra/http/testing/forged-tokens.ts';
import { jobScript } from '../../infra/http/testing/job-script.ts';
import { type Operator, operator } from '../../infra/http/testing/operators.ts';
import { PRICES, type StripeDouble, signed } from '../../infra/payments/testing/stripe-double.ts';
import { projections } from '../../projections/index.ts';

/** Words that stand for something that is there when the requests of a round begin. */
export const WORDS = [
  'developer',
  'stranger',
  'machine',
  'operator',
  'forged',
  'user_id',
  'email',
  'password',
  'current_password',
  'refresh_token',
  'device_code',
  'user_code',
  'session_id',
  'admin_id',
  'job_id',
  'execution_id',
  'x_task_token',
  'idempotency_key',
  'artifact_id',
  'proposal_id',
  'revision_token',
  'spec_hash',
  'sha256',
  'head_commit',
  'path',
  'provider',
  'key',
  'stream',
  'projection',
  'position',
  'from',
  'to',
  'after',
  'before',
  'below',
  'time',
  'cursor',
  'correlation',
  'actor',
  'type',
  'goal',
  'state',
  'stripe_event',
] as const;
type Word = (typeof WORDS)[number];

export type World = Readonly<{
  /** The words behind a name; the body of the request is what a signature signs. */
  find(name: string, index: number, body: string): string | null;
}>;

const PASSWORD = 'correct horse battery';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const text = (content: string) => ({ sha256: sha256(content), text: content });

const DELIVERY: Delivery = {
  schema: 'iama.delivery/1',
  files: [
    { path: 'a.js', to: 'a.js', before: text('x\n'), after: text('y\n') },
    { path: 'old.js', to: 'new.ts', before: text('1;\n'), after: text('1 as number;\n') },
    { path: 'tsconfig.json', to: 'tsconfig.json', before: null, after: text('{}\n') },
  ],
};

const bearer = ({ headers }: TestUser): string => headers.authorization.replace('Bearer ', '');

const ofPerson = async (api: TestApi) => {
  const email = `${randomUUID()}@example.org`;
  const body = { email, password: PASSWORD };
  const { body: signedIn } = await api.call(null, 'POST', '/auth/register', { body });
  const user: TestUser = {
    userId: String(signedIn['user_id']),
    headers: { authorization: `Bearer ${signedIn['access_token']}` },
  };
  return { user, email, refreshToken: String(signedIn['refresh_token']) };
};

const ofJobs = async (api: TestApi, user: TestUser) => {
  const script = jobScript(api, user);
  await script.system({
    type: 'AssignTier',
    data: { userId: user.userId, at: script.at(), tier: 'MAX', reason: 'fuzz' },
  });
  const planned = [await script.planned(), await script.planned()];
  const delivered = [await script.delivered(DELIVERY), await script.delivered(DELIVERY)];
  const claimed = planned[0];
  if (claimed === undefined) throw new Error('no job was planned');
  const claim = await script.post(`/jobs/${claimed.jobId}/executions/${claimed.executionId}/claim`, {
    claimant: 'cli',
  });
  const early = [
    await script.requested(),
    await script.started(),
    await script.proposed(),
    await script.specified(),
  ];
  const spec = await api.call(user, 'GET', `/jobs/${early[3]}/spec`);
  const artifacts = await api.pool.query<{ id: string; sha: string }>(
    `select data::jsonb->'report'->>'artifactId' as id, data::jsonb->'report'->>'sha256' as sha
     from events where data::jsonb->'report'->>'artifactId' is not null`,
  );
  return {
    jobIds: [...early, ...planned.map(({ jobId }) => jobId), ...delivered],
    executionIds: planned.map(({ executionId }) => executionId),
    taskToken: String(claim['task_token']),
    specHash: String(spec.body['spec_hash']),
    artifacts: artifacts.rows,
  };
};

const ofMachines = async (api: TestApi, user: TestUser): Promise<string[]> => {
  const make = async (scopes: readonly string[]): Promise<string> => {
    const body = { label: 'fuzz', scopes, days: 7 };
    return String((await api.call(user, 'POST', '/auth/tokens', { body })).body['token']);
  };
  return [await make(['jobs:read', 'jobs:write', 'account:read']), await make(['jobs:read'])];
};

/** Everything that Stripe would tell of one subscription, one webhook each. */
const ofPayments = ({ books }: StripeDouble, userId: string): string[] => {
  const customer = books.customer(userId);
  const { subscription } = books.subscribe(customer, PRICES.PLUS);
  books.topUp(customer, 1_000);
  books.cancel(subscription);
  return books.events.map((event) => JSON.stringify(event));
};

/** Undoes what the requests before have done to everybody. */
const release = async (api: TestApi, root: Operator): Promise<void> => {
  const reason = 'another world';
  await api.call(root, 'POST', '/admin/kill-switch', { body: { halted: false, reason } });
  for (const key of SETTING_KEYS)
    await api.call(root, 'POST', `/admin/config/${key}/rollback`, { body: { revision: 0, reason } });
};

/**
 * Two people, operators, jobs at every stage that a person decides at, and what belongs to them. `root` stands outside: no
 * request carries its token or its id.
 */
export const openWorld = async (api: TestApi, stripe: StripeDouble, root: Operator): Promise<World> => {
  await release(api, root);
  const [owner, stranger] = [await ofPerson(api), await ofPerson(api)];
  const jobs = await ofJobs(api, owner.user);
  const chief = await operator(api, root, 'SUPER_ADMIN');
  const support = await operator(api, root, 'SUPPORT', ['FINANCE']);
  const device = await api.call(null, 'POST', '/auth/device');
  const sessions = await api.call(owner.user, 'GET', '/auth/sessions');
  for (const _each of [1, 2]) await jobScript(api, stranger.user).requested();
  const pageOf = async (user: TestUser, query: string): Promise<string> =>
    String((await api.call(user, 'GET', `/jobs?${query}`)).body['next_cursor'] ?? '');
  const cursor = await pageOf(owner.user, 'limit=2');
  const { rows } = await api.pool.query<{ head: string }>(
    'select coalesce(max(position), 1)::text as head from event_log',
  );
  const positions = ['0', '1', '2', String(rows[0]?.head ?? 1), '1000000'];
  const now = new Date().toISOString();
  const users = [owner.user.userId, stranger.user.userId];
  const events = ofPayments(stripe, owner.user.userId);
  const words: Readonly<Record<Word, readonly string[]>> = {
    developer: [bearer(owner.user)],
    stranger: [bearer(stranger.user)],
    machine: await ofMachines(api, owner.user),
    operator: [bearer(chief), bearer(support)],
    forged: Object.values(await forgedTokens(api, bearer(owner.user))),
    user_id: users,
    email: [owner.email, stranger.email, chief.email, support.email],
    password: [PASSWORD, 'another good password'],
    current_password: [PASSWORD],
    refresh_token: [stranger.refreshToken, owner.refreshToken],
    device_code: [String(device.body['device_code'])],
    user_code: [String(device.body['user_code'])],
    session_id: [...JSON.stringify(sessions.body).matchAll(/"session_id":"([^"]+)"/g)].map(
      ([, id = '']) => id,
    ),
    admin_id: [support.userId, chief.userId],
    job_id: jobs.jobIds,
    execution_id: jobs.executionIds,
    x_task_token: [jobs.taskToken],
    idempotency_key: ['key-1', 'key-2', 'key-3'],
    artifact_id: jobs.artifacts.map(({ id }) => id),
    proposal_id: ['p-standard'],
    revision_token: ['token-1'],
    spec_hash: [jobs.specHash],
    sha256: ['a'.repeat(64), ...jobs.artifacts.map(({ sha }) => sha)],
    head_commit: ['abc'],
    path: ['index.js', 'a.js', 'old.js'],
    provider: ['github', 'google'],
    key: SETTING_KEYS,
    stream: [...jobs.jobIds.map((id) => `job-${id}`), ...users.map((id) => `account-${id}`), 'admins'],
    projection: projections.map(({ name }) => name),
    position: positions,
    from: [...positions, '2026-11-01', '2026-12-31'],
    to: [...positions, '2026-11-30', '2025-01-01'],
    after: positions,
    before: positions,
    below: positions,
    time: [now, '2020-01-01T00:00:00Z'],
    // Its own, those of others, and what was made of them on the way.
    cursor: [
      cursor,
      await pageOf(stranger.user, 'limit=1'),
      cursor.slice(0, -3),
      `${cursor}A`,
      [...cursor].toReversed().join(''),
      String(positions.at(-2)),
      Buffer.from('{"__proto__":{}}').toString('base64url'),
      bearer(owner.user).slice(0, 60),
    ],
    correlation: jobs.jobIds,
    actor: [`user:${users[0]}`, 'admin', 'system'],
    type: ['JobRequested', 'CreditsGranted'],
    goal: ['JAVASCRIPT_TO_TYPESCRIPT', 'FREE_TEXT'],
    state: ['x'.repeat(43)],
    stripe_event: events,
  };
  const known = new Map<string, readonly string[]>(Object.entries(words));
  return {
    find(name, index, body) {
      // What Stripe never said cannot carry its signature.
      if (name === 'stripe_signature') {
        const secret = events.includes(body) ? stripe.secret : 'another secret';
        const skew = [0, 0, 0, -86_400, 86_400][index % 5] ?? 0;
        return signed(body, secret, Math.floor(Date.now() / 1_000) + skew);
      }
      const found = known.get(name);
      return found === undefined ? null : (found[index % Math.max(1, found.length)] ?? null);
    },
  };
};
