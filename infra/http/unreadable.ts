import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type Problem, problem, toProblem } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * Requests that come to no route because HTTP or their address cannot be read. Nobody else answers them, and without this
 * they got the server's own page, without a code and without the headers of every answer.
 */

const headersOf = (requestId: string): Record<string, string> => ({
  'content-type': 'application/problem+json',
  'x-request-id': requestId,
  ...SECURITY_HEADERS,
});

/** Errors of Node's parser, by its code; any other is a request that cannot be read. */
const OF_PARSER: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'Address and headers are longer than 16 KiB together.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['BODY_TOO_LARGE', 'The extensions of a chunk are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMED_OUT', 'The request did not arrive whole in time.'],
};

const ofParser = (code: string | undefined): Problem =>
  problem(...(OF_PARSER[code ?? ''] ?? (['MALFORMED_REQUEST', 'This is not HTTP.'] as const)));

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse }>;

/** What is not answered yet on each connection, oldest first. */
const open = new WeakMap<Socket, Set<Exchange>>();

/** At once, not in a hook: several requests may be read, and the next one found unreadable, before any hook runs. */
const remember = (request: IncomingMessage, response: ServerResponse): void => {
  const exchange = { request, response };
  const exchanges = open.get(request.socket) ?? new Set();
  open.set(request.socket, exchanges.add(exchange));
  response.once('close', () => exchanges.delete(exchange));
};

/** Connections whose refusal waits for earlier answers. */
const refused = new WeakSet<Socket>();

/** There is no response object yet, so that the bytes are written by hand; nothing can follow them. */
const answerBytes = (error: Error & { code?: string }, socket: Socket): void => {
  const exchanges = [...(open.get(socket) ?? [])];
  // The other side is gone, or these bytes would stand in the middle of another answer.
  if (
    error.code === 'ECONNRESET' ||
    !socket.writable ||
    exchanges.some(({ response }) => response.headersSent && !response.writableFinished)
  ) {
    socket.destroy();
    return;
  }
  // Requests that were read whole are answered first: their client would take this for the answer to the oldest of them.
  const last = exchanges.findLast(({ request }) => request.complete);
  if (last !== undefined) {
    if (refused.has(socket)) return;
    refused.add(socket);
    last.response.once('close', () => answerBytes(error, socket));
    return;
  }
  const found = ofParser(error.code);
  const body = JSON.stringify(found);
  const headers = {
    ...headersOf(randomUUID()),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(
    `HTTP/1.1 ${found.status} ${REASONS[found.status] ?? ''}\r\n${head.join('\r\n')}\r\n\r\n${body}`,
  );
};

/** By Node's response: no hook of a route runs here. */
const answerPlain = (response: ServerResponse, requestId: string, found: Problem): void => {
  const body = JSON.stringify(found);
  response.writeHead(found.status, { ...headersOf(requestId), 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

/** For `fastify()`: what it asks before there is a route. */
export const UNREADABLE: Pick<
  FastifyHttpOptions<Server>,
  'clientErrorHandler' | 'frameworkErrors' | 'http'
> = {
  clientErrorHandler: answerBytes,
  frameworkErrors: (error, request, reply) => {
    const { problem: found } = toProblem(error);
    answerPlain(reply.raw, request.id, found);
  },
  // Node would refuse it without a word; `refuseUnreadable` does so with one.
  http: { requireHostHeader: false },
};

/**
 * Node takes the first of several and forgets the others, and a proxy before us may have taken another one: to it the request was
 * somebody else's.
 */
const ONCE: ReadonlySet<string> = new Set(['host', 'authorization']);

const repeated = (rawHeaders: readonly string[]): string | null => {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
};

/** What Node reads, and we do not take. */
export const refuseUnreadable = (app: FastifyInstance): void => {
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (headers.host === undefined && raw.httpVersion === '1.1')
      throw new Rejection('MALFORMED_REQUEST', 'HTTP/1.1 wants a Host header.');
    const twice = repeated(raw.rawHeaders);
    if (twice !== null)
      throw new Rejection('MALFORMED_REQUEST', `The header ${twice} may stand once in a request.`);
  });
  app.server.on('request', remember);
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const found = problem('MALFORMED_REQUEST', 'Nothing is expected here but 100-continue.');
    answerPlain(response, randomUUID(), found);
  });
};
