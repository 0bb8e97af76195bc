import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';

const strings = z.record(z.string(), z.string());

/** No name of a stream has one, and no text of PostgreSQL a NUL. */
const CONTROL = /\p{Cc}/u;

/** Parameters and query as plain strings; a repeated query name is refused rather than guessed, and so is a control character. */
export const stringsOf = (value: unknown): Readonly<Record<string, string>> => {
  const parsed = strings.safeParse(value ?? {});
  if (!parsed.success)
    throw new Rejection('MALFORMED_REQUEST', 'Each name may stand once in the query string.');
  if (Object.values(parsed.data).some((text) => CONTROL.test(text)))
    throw new Rejection('MALFORMED_REQUEST', 'No part of an address may contain a control character.');
  return parsed.data;
};

/** Reads path parameters by name; a route that asks for one it does not have is our fault. */
export const paramsOf = (request: FastifyRequest): ((name: string) => string) => {
  const params = stringsOf(request.params);
  return (name) => {
    const value = params[name];
    if (value === undefined) throw new Error(`the route has no parameter ${name}`);
    return value;
  };
};

export const headerOf = (request: FastifyRequest, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** Schema of the path parameters, for the generated document. */
export const paramsSchema = (path: string): z.ZodType =>
  z.object(Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [String(name), z.string()])));
