import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** What a test reads of the descriptions of deployments. */

export const FOLDER = join(import.meta.dirname, '..');
export const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8');

/** One container of the product: the program it runs, what it is told, and the secrets it finds, by path. */
export type Started = Readonly<{
  name: string;
  program: string;
  env: Readonly<Record<string, string>>;
  secrets: readonly string[];
  /** Seconds from the order to stop until it is killed, less what is waited before. */
  stopSeconds: number | null;
}>;

/** `NAME=value` lines. */
const settings = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => (/^[A-Z]/.test(line) ? [line.split(/=(.*)/, 2)] : [])),
  );

/** What the image sets for whatever it runs. */
export const imageEnv = (): Record<string, string> => {
  const [, block = ''] = /^ENV ((?:.*\\\n)*.*)/m.exec(read('Dockerfile')) ?? [];
  return settings(block.replaceAll(/\s*\\\n\s*/g, '\n'));
};

const composeService = z.object({
  image: z.string().optional(),
  command: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
  healthcheck: z.unknown().optional(),
});
const composeFile = z.object({
  services: z.record(z.string(), composeService),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});

export const compose = (path: string): z.infer<typeof composeFile> =>
  composeFile.parse(parse(read(path), { merge: true }));

/** The services that run our image, with a file laid over the first as `docker compose -f one -f two` lays it. */
export const composed = (over?: string): Started[] => {
  const beside = over === undefined ? {} : compose(over).services;
  return Object.entries(compose('compose.yaml').services)
    .filter(([, { image }]) => image?.includes('IAMA_IMAGE'))
    .map(([name, service]) => ({
      name: `${over ?? 'compose.yaml'} ${name}`,
      program: service.entrypoint?.at(-1) ?? service.command[0] ?? '',
      env: { ...imageEnv(), ...service.environment, ...beside[name]?.environment },
      secrets: service.secrets.map((secret) => `/run/secrets/${secret}`),
      stopSeconds:
        service.stop_grace_period === undefined ? null : Number.parseInt(service.stop_grace_period, 10),
    }));
};

const pod = z.object({
  terminationGracePeriodSeconds: z.number().optional(),
  securityContext: z.unknown().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  containers: z.array(
    z.object({
      image: z.string(),
      args: z.array(z.string()).default([]),
      env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
      securityContext: z.unknown().optional(),
      volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
      lifecycle: z
        .object({
          preStop: z.object({ exec: z.object({ command: z.tuple([z.literal('sleep'), z.string()]) }) }),
        })
        .optional(),
      readinessProbe: z.unknown().optional(),
    }),
  ),
  volumes: z
    .array(
      z.object({
        name: z.string(),
        secret: z.object({ items: z.array(z.object({ key: z.string(), path: z.string() })) }).optional(),
      }),
    )
    .default([]),
});

const resource = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
  spec: z
    .object({
      replicas: z.number().optional(),
      minAvailable: z.number().optional(),
      strategy: z.unknown().optional(),
      template: z.object({ spec: pod }).optional(),
    })
    .optional(),
});

export type Resource = z.infer<typeof resource>;

/** The documents that `kubectl apply -k` sends; null where there is no kubectl on this machine. */
export const rendered = (folder: string): Resource[] | null => {
  let text: string;
  try {
    text = execFileSync('kubectl', ['kustomize', join(FOLDER, 'kubernetes', folder)], { encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return parseAllDocuments(text).map((document) => resource.parse(document.toJS()));
};

/** The containers of those documents that run our image. */
export const orchestrated = (resources: readonly Resource[]): Started[] =>
  resources.flatMap(({ metadata, spec }) => {
    const of = spec?.template?.spec;
    const container = of?.containers[0];
    if (of === undefined || container === undefined || !/\/iama:/.test(container.image)) return [];
    const mapped = container.envFrom.flatMap(({ configMapRef }) =>
      Object.entries(resources.find(({ metadata: { name } }) => name === configMapRef.name)?.data ?? {}),
    );
    const given = container.env.map(({ name, value }) => [name, value] as const);
    const waited = Number(container.lifecycle?.preStop.exec.command[1] ?? 0);
    return [
      {
        name: metadata.name,
        program: container.args[0] ?? '',
        env: { ...imageEnv(), ...Object.fromEntries([...mapped, ...given]) },
        secrets: container.volumeMounts.flatMap(({ name, mountPath }) =>
          (of.volumes.find((volume) => volume.name === name)?.secret?.items ?? []).map(
            ({ path }) => `${mountPath}/${path}`,
          ),
        ),
        stopSeconds:
          of.terminationGracePeriodSeconds === undefined ? null : of.terminationGracePeriodSeconds - waited,
      },
    ];
  });
