import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../openapi/document.ts';
import { STATUS_OF_CODE } from './problems.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'http-protocol.md');

const content = z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional();
const operation = z.looseObject({
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content })),
});
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** A field and the field that it stands in; null: at the top. */
type Field = Readonly<{ name: string; within: string | null }>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (schema: unknown, within: string | null = null): Field[] => {
  if (Array.isArray(schema)) return schema.flatMap((part) => fieldsOf(part, within));
  if (!isObject(schema)) return [];
  const { properties, anyOf, oneOf, allOf, items } = schema;
  const own = isObject(properties)
    ? Object.entries(properties).flatMap(([name, part]) => [{ name, within }, ...fieldsOf(part, name)])
    : [];
  return [...own, ...[anyOf, oneOf, allOf, items].flatMap((part) => fieldsOf(part, within))];
};

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/`([^`]*)`/g)].flatMap(([, code = '']) => code.match(/[A-Za-z][\w-]*/g) ?? []));

let page: string;
let routes: ReadonlyMap<string, z.infer<typeof operation>>;
let rows: ReadonlyMap<string, string>;
let shapes: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  page = await readFile(PAGE, 'utf8');
  const { paths } = document.parse(await openApiDocument());
  routes = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, found]) => {
        const name = path.replace('/api/v1', '').replaceAll(/\{(\w+)\}/g, ':$1');
        return [`${method.toUpperCase()} ${name}`, found] as const;
      }),
    ),
  );
  rows = new Map(
    [...page.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` (\|.*)$/gm)].map(
      ([, route = '', rest = '']) => [route, rest],
    ),
  );
  const [, listed = ''] = /^## Shapes\n([\s\S]*?)^## /m.exec(page) ?? [];
  shapes = new Map(
    listed.split(/\n(?=- )/).flatMap((entry) => {
      const [names = ''] = entry.split(/[:,] (?=by|`?[{"])/);
      return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, wordsOf(entry)] as const);
    }),
  );
});

const sent = ({ parameters, requestBody }: z.infer<typeof operation>): Field[] => [
  ...parameters
    .filter(({ in: place, name }) => place === 'query' || name === 'x-task-token')
    .map(({ name }) => ({ name, within: null })),
  ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => fieldsOf(schema)),
];

const answered = ({ responses }: z.infer<typeof operation>): Field[] =>
  Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .flatMap(([, response]) =>
      Object.values(response.content ?? {}).flatMap(({ schema }) => fieldsOf(schema)),
    );

/** In the row of the route, or in the shape of a word of that row, or in the shape of what it stands in. */
const isTold = (row: string, { name, within }: Field): boolean => {
  const words = wordsOf(row.toLowerCase().includes('x-task-token') ? `${row} \`x-task-token\`` : row);
  if (words.has(name)) return true;
  if (within !== null) return shapes.get(within)?.has(name) === true || deep(words, name);
  return [...words].some((word) => shapes.get(word)?.has(name) === true);
};

/** Some fields stand two shapes deep: `coverage` of an `outcome`. */
const deep = (words: ReadonlySet<string>, name: string): boolean =>
  [...words].some((word) =>
    [...(shapes.get(word) ?? [])].some((part) => part === name || shapes.get(part)?.has(name) === true),
  );

describe('docs/reference/http-protocol.md', () => {
  it('[JOB-02] has a row for every route, and none for a route that does not exist', () => {
    expect([...rows.keys()].sort()).toEqual([...routes.keys()].sort());
  });

  it('[JOB-02] names every field that a route takes or answers', () => {
    const untold = [...routes].flatMap(([route, found]) => {
      const row = rows.get(route) ?? '';
      return [...sent(found), ...answered(found)]
        .filter((field) => !isTold(row, field))
        .map(({ name, within }) => `${route}: ${within === null ? '' : `${within}.`}${name}`);
    });
    expect([...new Set(untold)]).toEqual([]);
  });

  it('[JOB-02] notices a field that is not named', () => {
    const row = '`{job_id}` | `{selection}` |';
    expect(isTold(row, { name: 'job_id', within: null })).toBe(true);
    expect(isTold(row, { name: 'hunks', within: 'selection' })).toBe(true);
    expect(isTold(row, { name: 'pre_authorised', within: null })).toBe(false);
    expect(isTold(row, { name: 'lines', within: 'selection' })).toBe(false);
  });

  it('[JOB-02] has every code of a problem with its status', () => {
    const told = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(told)).toEqual(STATUS_OF_CODE);
  });
});
