import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandFiles } from '../../commands/index.ts';
import { isPermission, type Permission } from '../../domain/kernel/permission.ts';
import { queries } from '../../read-api/index.ts';
import type { AccessRule } from './access-rule.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { forgedTokens } from './testing/forged-tokens.ts';
import { jobScript } from './testing/job-script.ts';
import { firstOperator, type Operator, operator } from './testing/operators.ts';

let api: TestApi;
let owner: TestUser;
let jobId: string;
let operators: Readonly<Record<'superAdmin' | 'engineer' | 'support' | 'finance', Operator>>;
let forged: Readonly<Record<string, string>>;

const bearer = (user: TestUser): string => user.headers.authorization.split(' ')[1] ?? '';

beforeAll(async () => {
  api = await startTestApi({ listen: true, metricsToken: 'm'.repeat(40) });
  owner = await api.user();
  jobId = await jobScript(api, owner).requested();
  const superAdmin = await firstOperator(api);
  operators = {
    superAdmin,
    engineer: await operator(api, superAdmin, 'ENGINEER'),
    support: await operator(api, superAdmin, 'SUPPORT'),
    finance: await operator(api, superAdmin, 'SUPPORT', ['FINANCE']),
  };
  forged = await forgedTokens(api, bearer(owner));
});
afterAll(() => api.close());

type Answer = Readonly<{ status: number; code: string | null; challenge: string | null }>;

/** Answers are read only where they are problems: a stream has no end. */
const call = async ({ method, url }: AccessRule, token: string | null): Promise<Answer> => {
  const path = url.replace(':job_id', jobId).replaceAll(/:\w+/g, () => randomUUID());
  const abort = new AbortController();
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      'x-task-token': 'none',
    },
    ...(method === 'GET' ? {} : { body: '{}' }),
    signal: abort.signal,
  });
  const isProblem = response.headers.get('content-type')?.includes('problem') === true;
  const body = (isProblem ? await response.json() : {}) as { code?: string };
  abort.abort();
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, code: body.code ?? null, challenge };
};

const rules = (access: AccessRule['access']) =>
  api.app.accessRules.filter((rule) => rule.access === access && rule.method !== 'HEAD');
const rulesOfOperators = () =>
  api.app.accessRules.filter(({ access, method }) => isPermission(access) && method !== 'HEAD');
const named = ({ method, url, access }: AccessRule) => `${method} ${url} ${access}`;

const REFUSED: Answer = { status: 401, code: 'UNAUTHENTICATED', challenge: 'Bearer' };

describe('every route', () => {
  it('[ID-11] has the rule that the manifest gives it, and there is no other route', () => {
    const ofCommands = [...commandFiles.values()].flatMap(({ route, access }) =>
      route === null
        ? []
        : [route.path, ...(route.aliases ?? [])].map((path) => `${route.method} /api/v1${path} ${access}`),
    );
    const ofQueries = queries.map(({ path, access }) => `GET /api/v1${path} ${access}`);
    const others = [
      'GET /api/v1/auth/oauth/:provider/initiate PUBLIC',
      'GET /api/v1/auth/oauth/callback PUBLIC',
      'POST /api/v1/auth/oauth/:provider/link USER',
      'POST /api/v1/auth/oauth/token PUBLIC',
      'POST /api/v1/webhooks/payment PUBLIC',
      'GET /api/v1/jobs/:job_id/logs JOB_OWNER',
      'GET /api/v1/jobs/stream USER',
      'GET /metrics METRICS_TOKEN',
      'GET / PUBLIC',
      'GET /health/live PUBLIC',
      'GET /health/ready PUBLIC',
      'GET /.well-known/jwks.json PUBLIC',
    ];
    const served = api.app.accessRules.filter(({ method }) => method !== 'HEAD').map(named);
    expect(served.sort()).toEqual([...ofCommands, ...ofQueries, ...others].sort());
  });

  it('[ID-11] is closed to commands of the system', () => {
    const system = [...commandFiles.values()].filter(({ access }) => access === 'SYSTEM');
    expect(system.length).toBeGreaterThan(0);
    expect(system.filter(({ route }) => route !== null)).toEqual([]);
  });

  it('[ID-11] [ID-03] [SEC-09] is closed without a token, and to every forged, foreign or expired one', async () => {
    const closed = (['USER', 'JOB_OWNER', 'TASK_TOKEN', 'METRICS_TOKEN'] as const).flatMap(rules);
    expect(closed.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const rule of closed)
      for (const [what, token] of [['no token', null] as const, ...Object.entries(forged)]) {
        const answer = await call(rule, token);
        if (JSON.stringify(answer) !== JSON.stringify(REFUSED))
          wrong.push(`${named(rule)} with ${what}: ${JSON.stringify(answer)}`);
      }
    expect(wrong).toEqual([]);
    // Each route with each forgery: more than the usual time on a busy machine.
  }, 120_000);

  it('[ID-11] [SEC-04] of a job does not exist for another user, and does for its owner', async () => {
    const other = bearer(await api.user());
    for (const rule of [...rules('JOB_OWNER'), ...rules('TASK_TOKEN')]) {
      const answer = await call(rule, other);
      expect([named(rule), answer.status, answer.code]).toEqual([named(rule), 404, 'JOB_NOT_FOUND']);
    }
    for (const rule of rules('JOB_OWNER').filter(({ method }) => method === 'GET'))
      expect([named(rule), (await call(rule, bearer(owner))).code]).not.toEqual([
        named(rule),
        'JOB_NOT_FOUND',
      ]);
  });

  it('[ID-11] of a user is open to a signed-in one', async () => {
    expect(rules('USER').length).toBeGreaterThan(20);
    const wrong: string[] = [];
    for (const rule of rules('USER')) {
      const { status, code } = await call(rule, bearer(await api.user()));
      if (status === 401 || status === 403 || status >= 500) wrong.push(`${named(rule)}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
  });

  it('[ID-11] [OPS-01] of operators is closed without a token of theirs, and to every user', async () => {
    const users = {
      ...forged,
      'a user': bearer(owner),
      'nobody of that prefix': `iama_adm_${'x'.repeat(43)}`,
    };
    expect(rulesOfOperators().length).toBeGreaterThan(6);
    for (const rule of rulesOfOperators())
      for (const [what, token] of [['no token', null] as const, ...Object.entries(users)])
        expect([named(rule), what, await call(rule, token)]).toEqual([named(rule), what, REFUSED]);
  });

  it('[ID-11] [OPS-02] of operators is open to the roles that the rule names, and to no other', async () => {
    // Written down here again, apart from the table that is tested.
    const mayUse: Partial<Record<Permission, readonly (keyof typeof operators)[]>> = {
      ADMIN: ['superAdmin', 'engineer', 'support', 'finance'],
      ADMIN_ACCOUNTS: ['superAdmin'],
      ADMIN_AUDIT: ['superAdmin', 'engineer', 'support', 'finance'],
      ADMIN_CONFIG: ['superAdmin', 'engineer'],
      ADMIN_QUOTA: ['superAdmin', 'support', 'finance'],
      ADMIN_TICKET_CONTEXT: ['superAdmin'],
      ADMIN_KILL_SWITCH: ['superAdmin', 'engineer'],
      ADMIN_USER_KILL_SWITCH: ['superAdmin', 'engineer', 'support', 'finance'],
      ADMIN_FINANCE: ['superAdmin', 'finance'],
    };
    for (const rule of rulesOfOperators()) {
      if (!isPermission(rule.access) || rule.url.endsWith('/logout')) continue;
      for (const [who, by] of Object.entries(operators)) {
        const { code } = await call(rule, bearer(by));
        const isOpen = code !== 'ROLE_MISSING' && code !== 'UNAUTHENTICATED';
        expect([named(rule), who, isOpen]).toEqual([
          named(rule),
          who,
          mayUse[rule.access]?.some((each) => each === who),
        ]);
      }
    }
  });

  it('[ID-11] [OPS-01] of a user is closed to operators', async () => {
    for (const rule of (['USER', 'JOB_OWNER', 'TASK_TOKEN', 'METRICS_TOKEN'] as const).flatMap(rules))
      expect([named(rule), await call(rule, bearer(operators.superAdmin))]).toEqual([named(rule), REFUSED]);
  });

  it('[ID-11] that is public answers alike whoever asks', async () => {
    for (const rule of rules('PUBLIC')) {
      const anonymous = await call(rule, null);
      expect([named(rule), anonymous.code]).not.toEqual([named(rule), 'UNAUTHENTICATED']);
      for (const token of Object.values(forged)) expect(await call(rule, token)).toEqual(anonymous);
    }
  });
});
