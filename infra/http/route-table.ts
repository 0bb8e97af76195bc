import type { FastifyInstance } from 'fastify';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** The segments of a route's path, as it was declared: `:name` is any one of them, `*` any rest. */
type Known = Readonly<{ segments: readonly string[]; methods: Set<string> }>;

const segmentsOf = (path: string): readonly string[] => path.split('/').slice(1);

const isOf = ({ segments }: Known, asked: readonly string[]): boolean => {
  const rest = segments.indexOf('*');
  const fixed = rest === -1 ? segments : segments.slice(0, rest);
  if (rest === -1 ? asked.length !== fixed.length : asked.length <= fixed.length) return false;
  return fixed.every((segment, place) => segment.startsWith(':') || segment === asked[place]);
};

/** What of the target names a route, as the router reads it: what cannot be decoded never comes here. */
const pathOf = (url: string): string => decodeURI(url.split(/[?#]/, 1)[0] ?? '');

const notFound = (): Rejection =>
  new Rejection('ROUTE_NOT_FOUND', 'There is no such route; /docs tells of those that there are.');

/**
 * From here on each route is remembered, so that a request that no route takes is told why before its body is read: the path is known and the
 * method is not (RFC 9110, 15.5.6: 405 with `Allow`), or nothing is there. OPTIONS asks for the same list (9.3.7).
 */
export const answerUnrouted = (app: FastifyInstance): void => {
  const table = new Map<string, Known>();
  app.addHook('onRoute', ({ method, url }) => {
    const known = table.get(url) ?? { segments: segmentsOf(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    table.set(url, known);
  });
  const allowed = (url: string): readonly string[] => {
    const asked = segmentsOf(pathOf(url));
    const found = [...table.values()].filter((known) => isOf(known, asked));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  };
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const methods = allowed(request.url);
    if (methods.length === 0) throw notFound();
    const all = [...methods, 'OPTIONS'];
    reply.header('allow', all.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new Rejection('METHOD_NOT_ALLOWED', `This address takes ${all.join(', ')}.`, { allowed: all });
  });
  // For routes whose path has any rest, and which know better: those of files.
  app.setNotFoundHandler(() => {
    throw notFound();
  });
};
