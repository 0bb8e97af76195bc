import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig, VARIABLE_NAMES } from '../main/config.ts';
import { STOP_DEADLINE_MS } from '../main/lifetime.ts';
import { FLUSH_DEADLINE_MS } from '../main/logger.ts';
import { PROGRAMS } from './programs.ts';
import { compose, composed, FOLDER, imageEnv, orchestrated, read, rendered } from './testing/descriptions.ts';

/** Of the command line, which knows no others than these besides those of the configuration. */
const OF_THE_COMMAND_LINE = ['IAMA_HOME', 'IAMA_DATABASE_URL_FILE'];

const production = rendered('production');
const migrations = rendered('production/migrate');
if (production === null || migrations === null)
  console.log(
    'NOT RUN: the Kubernetes documents are not rendered, because there is no kubectl on this machine.',
  );
const resources = [...(production ?? []), ...(migrations ?? [])];
const started = [...composed(), ...composed('compose.development.yaml'), ...orchestrated(resources)];
const servers = started.filter(({ program }) => program === 'api' || program === 'worker');

let folder: string;
let made: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-deploy-'));
  execFileSync('sh', [join(FOLDER, 'make-secrets.sh'), join(folder, 'secrets')], { stdio: 'pipe' });
  made = readdirSync(join(folder, 'secrets'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a process of the deployment would see, its secrets among files that were really made. */
const seenBy = ({ env, secrets }: (typeof started)[number]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      if (!name.endsWith('_FILE') || name === 'IAMA_PORT_FILE') return [name, value];
      return [
        name,
        secrets.includes(value) ? join(folder, 'secrets', basename(value)) : `not mounted: ${value}`,
      ];
    }),
  );

describe('what is deployed', () => {
  it('[OPS-13] sets no variable that the configuration does not know', () => {
    const known = new Set([...VARIABLE_NAMES, ...OF_THE_COMMAND_LINE]);
    expect(servers.length).toBeGreaterThanOrEqual(production === null ? 6 : 8);
    expect(Object.keys(imageEnv())).toContain('IAMA_DATA_DIR');
    for (const { name, env } of started)
      expect([name, Object.keys(env).filter((variable) => !known.has(variable))]).toEqual([name, []]);
  });

  it('[OPS-13] [ID-04] starts: what production asks for is set, and each secret lies where it is looked for', () => {
    for (const each of servers) {
      const config = readConfig(seenBy(each));
      expect([each.name, config.isProduction]).toEqual([each.name, !each.name.includes('development')]);
      expect(config).toMatchObject({ host: '0.0.0.0', dataFolder: '/data', portFile: '/tmp/server.json' });
      // Through PgBouncer, and past it.
      expect(new URL(config.database?.url ?? '').port).toBe('6432');
      expect(new URL(config.database?.directUrl ?? '').port).toBe('5432');
      // The owner of the tables is not known here, only to the migrations.
      expect(config.database?.ownerUrl).toContain('//iama_app:');
      expect(config.metricsToken).toHaveLength(64);
    }
    for (const each of started.filter(({ program }) => program === 'migrate')) {
      const config = readConfig(seenBy(each));
      expect(config.database?.ownerUrl).toMatch(/^postgres:\/\/iama_owner:.*:5432\/iama$/);
      expect([each.name, each.secrets.map((path) => basename(path))]).toEqual([
        each.name,
        ['database-owner-url'],
      ]);
    }
  });

  it('[OPS-13] runs programs that the image has, and is handed no secret that nothing makes or reads', () => {
    for (const { name, program, env, secrets } of started) {
      expect([name, Object.keys(PROGRAMS)]).toEqual([name, expect.arrayContaining([program])]);
      for (const path of secrets) {
        expect(made).toContain(basename(path));
        expect([name, Object.values(env)]).toEqual([name, expect.arrayContaining([path])]);
      }
    }
    const { services, secrets } = compose('compose.yaml');
    expect(Object.keys(secrets).sort()).toEqual([...made].sort());
    for (const [name, { file }] of Object.entries(secrets)) expect(basename(file)).toBe(name);
    const used = new Set(Object.values(services).flatMap((service) => service.secrets));
    expect([...used].sort()).toEqual([...made].sort());
  });

  it('[OPS-12] [OPS-13] is given longer to stop than a process takes at most', () => {
    for (const { name, stopSeconds } of servers)
      expect([name, (stopSeconds ?? 0) * 1_000 > STOP_DEADLINE_MS + FLUSH_DEADLINE_MS]).toEqual([name, true]);
  });

  it('[OPS-05] [OPS-13] is asked for its health where API and workers answer', () => {
    const source = (path: string): string => readFileSync(join(FOLDER, '..', path), 'utf8');
    const [api, worker] = [source('http/server.ts'), source('main/health-server.ts')];
    for (const [file, server] of [
      ['healthy.ts', api],
      ['healthy.ts', worker],
      ['proxy/haproxy.cfg', api],
      ['kubernetes/base/api.yaml', api],
      ['kubernetes/base/worker.yaml', worker],
    ] as const) {
      const paths = [...read(file).matchAll(/\/health\/\w+/g)].map(([path]) => path);
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) expect([file, server]).toEqual([file, expect.stringContaining(`'${path}'`)]);
    }
    for (const each of servers) {
      const port = each.program === 'worker' ? 8_081 : null;
      expect([each.name, readConfig(seenBy(each)).healthPort]).toEqual([each.name, port]);
    }
    expect(read('kubernetes/base/worker.yaml')).toContain('{ name: health, containerPort: 8081 }');
    expect(compose('compose.yaml').services['worker']).not.toHaveProperty('healthcheck');
  });

  it('[OPS-13] is built with the Node of the lock file', () => {
    const lock = JSON.parse(readFileSync(join(dirname(dirname(FOLDER)), 'package-lock.json'), 'utf8'));
    const { version } = lock.packages['node_modules/node'];
    expect(read('Dockerfile')).toContain(`ARG NODE_IMAGE=docker.io/library/node:${version}-`);
  });

  it('[OPS-13] holds no right in Kubernetes that it does not need, and is never without one of each', () => {
    const workloads = resources.filter(({ spec }) => spec?.template !== undefined);
    expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual(
      production === null ? [] : ['iama-api', 'iama-migrate', 'iama-worker', 'pgbouncer'],
    );
    for (const { kind, metadata, spec } of workloads) {
      const pod = spec?.template?.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      });
      if (kind === 'Job') continue;
      expect(spec?.strategy).toEqual({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
      const budget = resources.find(
        (each) => each.kind === 'PodDisruptionBudget' && each.metadata.name === metadata.name,
      );
      expect(budget?.spec?.minAvailable).toBeGreaterThan(0);
      expect(budget?.spec?.minAvailable).toBeLessThan(spec?.replicas ?? 0);
    }
    const images = new Set(workloads.map(({ spec }) => spec?.template?.spec.containers[0]?.image));
    expect(images.size).toBe(production === null ? 0 : 2);
    expect(resources.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});
