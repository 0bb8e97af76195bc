import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../e2e/testing/product.ts';
import { freePort } from '../postgres/ports.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { composed, FOLDER } from './testing/descriptions.ts';
import { imageTools, type Run } from './testing/image-tools.ts';

/** `npm run test:image`: the Dockerfile built as it is, on a base of this machine's Node and libraries. */

const BASE = 'localhost/iama-test-base';
const IMAGE = 'localhost/iama-test';
const USER = 1_000;

const flag = z.boolean().default(false);
/** `package-lock.json`: what is for development alone, or optional, is left out of the image. */
const lock = z.object({
  packages: z.record(z.string(), z.object({ dev: flag, optional: flag, devOptional: flag })),
});

let folder: string;
let database: TestDatabase;
let tools: ReturnType<typeof imageTools>;
let container: string;
/** Its files, as they are outside of it. */
let files: string;
const running: Run[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-image-'));
  tools = imageTools(process.env['TEST_BUILDAH'] ?? 'buildah', folder);
  tools.base(BASE);
  tools.build(IMAGE, BASE);
  container = tools.container(IMAGE);
  files = tools.mount(container);
  database = await createTestDatabase({ empty: true });
  execFileSync('sh', [join(FOLDER, 'make-secrets.sh'), join(folder, 'secrets')], { stdio: 'pipe' });
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  mkdirSync(join(folder, 'tmp'));
  chmodSync(join(folder, 'tmp'), 0o1777);
  for (const owned of ['data', 'secrets']) chownSync(join(folder, owned), USER, USER);
}, 600_000);
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

/** Every file below a folder of the image, by its path from there. */
const listed = (below: string): readonly string[] =>
  readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(below, join(entry.parentPath, entry.name)));

/** Of all that a read-only root would keep as it is. */
const unchanging = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listed(files)
      .filter((path) => !/^(?:data|tmp|proc|sys|dev|run|etc)\//.test(path))
      .map((path) => {
        const { mtimeMs, size, uid } = lstatSync(join(files, path));
        return [path, `${mtimeMs} ${size} ${uid}`];
      }),
  );

/** What a service of compose.yaml is told, with the database of this test. */
const envOf = (service: string): Record<string, string> => {
  const { env = {} } = composed().find(({ name }) => name === `compose.yaml ${service}`) ?? {};
  const { DATABASE_URL_FILE: _url, DATABASE_DIRECT_URL_FILE: _direct, ...others } = env;
  const isOwner = service === 'migrate';
  return { ...others, HOST: '127.0.0.1', DATABASE_URL: isOwner ? database.ownerUrl : database.appUrl };
};

const start = (program: readonly string[], env: Record<string, string>): Run => {
  const { Entrypoint } = tools.config(IMAGE);
  const volumes = {
    [join(folder, 'data')]: '/data',
    [join(folder, 'tmp')]: '/tmp',
    [join(folder, 'secrets')]: '/run/secrets:ro',
  };
  const started = tools.start(container, [...Entrypoint, ...program], { env, volumes });
  running.push(started);
  return started;
};
const isReady = (port: number) => async () =>
  (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.ok;

describe('the image of the Dockerfile', { timeout: 300_000 }, () => {
  it('[OPS-13] holds no test, tool, development package or secret, and nothing that its user could change', () => {
    const { User, WorkingDir, Volumes } = tools.config(IMAGE);
    expect([User, WorkingDir, Object.keys(Volumes)]).toEqual([`${USER}:${USER}`, '/app', ['/data']]);
    const app = join(files, WorkingDir);
    const paths = listed(app);
    const own = paths.filter((path) => !path.startsWith('node_modules/'));
    expect(own.length).toBeGreaterThan(300);
    const unwanted =
      /\.test\.ts$|^(?:\.git|\.ci|tools|docs|bench|examples|infra\/(?:e2e|torture))\/|\.(?:pem|key)$/;
    expect(own.filter((path) => unwanted.test(path))).toEqual([]);
    const { packages } = lock.parse(JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')));
    const unneeded = Object.entries(packages).filter(([, of]) => of.dev || of.optional || of.devOptional);
    expect(unneeded.length).toBeGreaterThan(20);
    expect(unneeded.map(([path]) => path).filter((path) => existsSync(join(app, path)))).toEqual([]);
    expect(existsSync(join(app, 'node_modules/fastify/package.json'))).toBe(true);
    const changeable = paths.filter((path) => {
      const of = lstatSync(join(app, path));
      return of.uid === USER || (!of.isSymbolicLink() && (of.mode & 0o002) !== 0);
    });
    expect(changeable).toEqual([]);
  });

  it('[OPS-13] [OPS-05] migrates, serves and works as compose starts it, as its own user, and writes nowhere but in /data and /tmp', async () => {
    const before = unchanging();
    const migration = start(['migrate'], envOf('migrate'));
    expect([await migration.ended, migration.said()]).toEqual([0, expect.any(String)]);
    const [apiPort, workerPort] = [await freePort(), await freePort()];
    const api = start(tools.config(IMAGE).Cmd, { ...envOf('api-1'), PORT: String(apiPort) });
    const worker = start(['worker'], { ...envOf('worker'), IAMA_HEALTH_PORT: String(workerPort) });
    await until(() => `the API: ${api.said().slice(-2_000)}`, isReady(apiPort));
    await until(() => `the worker: ${worker.said().slice(-2_000)}`, isReady(workerPort));
    const [kind, ...health] = tools.config(IMAGE).Healthcheck.Test;
    expect(kind).toBe('CMD');
    for (const env of [{ PORT: String(apiPort) }, { IAMA_HEALTH_PORT: String(workerPort) }])
      expect(await tools.start(container, health, { env }).ended).toBe(0);
    expect(await tools.start(container, health, { env: { PORT: '1' } }).ended).toBe(1);
    const registered = await fetch(`http://127.0.0.1:${apiPort}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.org', password: 'correct horse battery' }),
    });
    expect(registered.status).toBe(201);
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    for (const { said } of [api, worker]) expect(said()).toContain('"msg":"stopped"');
    expect(lstatSync(join(folder, 'data')).uid).toBe(USER);
    for (const path of listed(join(folder, 'data')))
      expect(lstatSync(join(folder, 'data', path)).uid).toBe(USER);
    expect(unchanging()).toEqual(before);
  });

  it('[OPS-13] is the command line too, and refuses what it does not know', async () => {
    const version = start(['iama', '--version'], { IAMA_DATA_DIR: '/data' });
    expect([await version.ended, version.said().trim()]).toEqual([
      0,
      expect.stringMatching(/^\d+\.\d+\.\d+/),
    ]);
    const wrong = start(['nonsense'], {});
    expect(await wrong.ended).toBe(2);
    expect(wrong.said()).toContain('there is no command "nonsense"');
  });
});
