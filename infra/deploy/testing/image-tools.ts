import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Builds and runs the image of the Dockerfile with buildah, without a registry and without a daemon. */

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Programs of a base that instructions of the Dockerfile call, beside Node and npm. */
const PROGRAMS = ['/bin/sh', '/bin/mkdir', '/bin/chown', '/usr/bin/env'];
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';

const output = (program: string, args: readonly string[], options: Readonly<{ cwd?: string }> = {}): string =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: 'pipe', ...options });

/** The libraries that the loader finds for a program, where it finds them. */
const librariesOf = (program: string): readonly string[] =>
  [...output('ldd', [program]).matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);

const npmFolder = (): string => dirname(dirname(realpathSync(output('sh', ['-c', 'command -v npm']).trim())));

/** A file system with Node of this machine's version, npm and what instructions need, and nothing else: in place of `node:…-slim`. */
export const writeBase = (folder: string): void => {
  const put = (from: string, to = from): void => {
    const target = join(folder, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(realpathSync(from), target, { recursive: true });
  };
  put(process.execPath, '/usr/local/bin/node');
  put(npmFolder(), '/usr/local/lib/node_modules/npm');
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
  for (const program of PROGRAMS) put(program);
  for (const library of new Set([process.execPath, ...PROGRAMS].flatMap(librariesOf))) put(library);
  if (existsSync(TRUSTED)) put(TRUSTED);
  mkdirSync(join(folder, 'tmp'));
};

const config = z.object({
  User: z.string(),
  Env: z.array(z.string()),
  Entrypoint: z.array(z.string()),
  Cmd: z.array(z.string()),
  WorkingDir: z.string(),
  Volumes: z.record(z.string(), z.unknown()),
  Healthcheck: z.object({ Test: z.array(z.string()) }),
});
export type ImageConfig = z.infer<typeof config>;
const inspected = z.object({ Docker: z.object({ config }) });

export type Run = Readonly<{
  stop: () => Promise<number | null>;
  said: () => string;
  ended: Promise<number | null>;
}>;

/** buildah kills what it is told to end, so the program that logged these lines is told itself; `otherwise`: it logged none. */
const end = (lines: string, otherwise: () => void): void => {
  const pid = Number(/"pid":(\d+)/.exec(lines)?.[1] ?? 0);
  const command = pid === 0 ? '' : (readIf(`/proc/${pid}/cmdline`) ?? '');
  if (command.includes('infra/deploy/command.ts')) process.kill(pid, 'SIGTERM');
  else otherwise();
};

const readIf = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** What buildah does in a store of its own below `folder`. */
export const imageTools = (buildah: string, folder: string) => {
  const all = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const run = (...args: readonly string[]): string =>
    output(buildah, [...all, ...args], { cwd: ROOT }).trim();
  return {
    /** Makes the base of this file and gives it a name. */
    base(name: string): void {
      const files = join(folder, 'base');
      writeBase(files);
      const container = run('from', 'scratch');
      run('add', container, files, '/');
      const trusted = existsSync(TRUSTED) ? ['--env', `NODE_EXTRA_CA_CERTS=${TRUSTED}`] : [];
      const registry = output('npm', ['config', 'get', 'registry']).trim();
      const path = ['--env', 'PATH=/usr/local/bin:/usr/bin:/bin'];
      run('config', ...path, ...trusted, '--env', `npm_config_registry=${registry}`, container);
      run('commit', container, name);
      run('rm', container);
    },
    /** `docker build -f infra/deploy/Dockerfile`, from the clone. */
    build(name: string, base: string): void {
      const file = ['-f', 'infra/deploy/Dockerfile'];
      run(
        'build',
        '--format',
        'docker',
        '--isolation',
        'chroot',
        '--build-arg',
        `NODE_IMAGE=${base}`,
        ...file,
        '-t',
        name,
        '.',
      );
    },
    config: (name: string): ImageConfig =>
      inspected.parse(JSON.parse(run('inspect', '--type', 'image', name))).Docker.config,
    container: (name: string): string => run('from', name),
    /** Where the files of a container are. */
    mount: (container: string): string => run('mount', container),
    /** A program in the container, as the user, with the variables and in the folder of its image. */
    start(
      container: string,
      command: readonly string[],
      {
        env = {},
        volumes = {},
      }: Readonly<{ env?: Record<string, string>; volumes?: Record<string, string> }>,
    ): Run {
      const given = [
        ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...Object.entries(volumes).flatMap(([from, to]) => ['--volume', `${from}:${to}`]),
      ];
      const child = spawn(buildah, [
        ...all,
        'run',
        '--isolation',
        'chroot',
        ...given,
        container,
        '--',
        ...command,
      ]);
      let lines = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          lines += chunk.toString();
        });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      return {
        said: () => lines,
        ended,
        stop: async () => {
          if (child.exitCode === null) end(lines, () => child.kill('SIGTERM'));
          return ended;
        },
      };
    },
  };
};
