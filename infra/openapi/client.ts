import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { z } from 'zod';

/** Where the client keeps what is generated, by file name. */
export const CLIENT_FOLDER = 'extension/executor/api/generated';

export type GeneratedFiles = Readonly<Record<string, string>>;

const operation = z.looseObject({ operationId: z.string() });
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const HEADER = '// Generated from the OpenAPI document: npm run openapi:generate\n\n';

/**
 * The document as a client should hold it against answers: bounds that are those of every safe integer say nothing, and a
 * pattern beside `format` says the same again.
 */
const withoutNoise = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(
    ([name, part]) =>
      !(name === 'minimum' && part === Number.MIN_SAFE_INTEGER) &&
      !(name === 'maximum' && part === Number.MAX_SAFE_INTEGER) &&
      !(name === 'pattern' && 'format' in value),
  );
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutNoise(part)]));
};

/** Method, address and the check of the answer of every operation, by the name that the document gives it. */
const operationsOf = (api: z.infer<typeof document>): string => {
  const rows = Object.entries(api.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
    )
    .sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const lines = rows.map(
    ({ path, method, operationId }) =>
      `  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}', answer: checks.z${operationId}Response },`,
  );
  const types = rows.map(({ operationId }) => `  ${operationId}: types.${operationId}Data;`);
  return `${HEADER}import type * as types from './types.gen.ts';
import * as checks from './zod.gen.ts';

export const operations = {
${lines.join('\n')}
} as const;

/** What each operation is sent. */
export type Requests = {
${types.join('\n')}
};
`;
};

/** Types of requests, checks of answers, and the table of operations, as text by file name. */
export const generateClient = async (openApi: unknown): Promise<GeneratedFiles> => {
  const api = document.parse(withoutNoise(openApi));
  const folder = await mkdtemp(join(tmpdir(), 'iama-openapi-'));
  try {
    await createClient({
      input: api,
      output: {
        path: folder,
        entryFile: false,
        header: HEADER.trim(),
        importFileExtension: '.ts',
      },
      plugins: [{ name: '@hey-api/typescript' }, { name: 'zod', compatibilityVersion: 4, requests: false }],
      logs: { level: 'silent', file: false },
    });
    const read = (name: string) => readFile(join(folder, name), 'utf8');
    return {
      'types.gen.ts': await read('types.gen.ts'),
      'zod.gen.ts': await read('zod.gen.ts'),
      'operations.gen.ts': operationsOf(api),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
