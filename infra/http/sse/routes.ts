import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import type { RouteDeps } from '../deps.ts';
import { headerOf, paramsOf, paramsSchema } from '../route-request.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';
import { jobBacklog, ownerBacklog, type Span } from './backlog.ts';
import { Connection } from './connection.ts';
import type { Frame } from './frame.ts';
import type { LiveFeed, Topic } from './live-feed.ts';

const POSITION = /^\d{1,18}$/;

const lastEventId = (request: FastifyRequest): bigint | null => {
  const sent = headerOf(request, 'last-event-id');
  if (sent === null) return null;
  if (!POSITION.test(sent))
    throw new Rejection('MALFORMED_REQUEST', 'Last-Event-ID is a position of the log.');
  return BigInt(sent);
};

type Stream = Readonly<{
  topic: Topic;
  /** Where a client without `Last-Event-ID` begins. */
  after: bigint;
  backlog: (span: Span) => AsyncIterable<Frame>;
  expiresAtMs: number;
}>;

/**
 * Subscribes first, then reads what lies between the client's position and the subscription: nothing falls in between,
 * and nothing comes twice, since the two parts meet at one position.
 */
const stream = (request: FastifyRequest, reply: FastifyReply, feed: LiveFeed, opened: Stream): void => {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  response.flushHeaders();
  const span = { after: opened.after, to: feed.position };
  const connection = new Connection({
    response,
    startedAt: opened.after,
    expiresAtMs: opened.expiresAtMs,
  });
  const unsubscribe = feed.subscribe(opened.topic, {
    next: (frame) => {
      if (frame.position > opened.after) connection.take(frame);
    },
    complete: () => connection.end('SERVER_STOPPING'),
  });
  void connection.closed.then(unsubscribe);
  void connection.run(opened.backlog(span));
};

/** JOB-06, ES-14: one job, and all jobs of a user in one connection. */
export const streamRoutes = (app: FastifyInstance, deps: RouteDeps, feed: LiveFeed): void => {
  const { gate, log } = deps;
  const response = { 200: z.string().describe('text/event-stream; `id:` is the position in the log') };
  const security = [{ bearer: [] }];

  app.get(
    '/jobs/:job_id/logs',
    {
      schema: {
        summary: 'Follow a job; without Last-Event-ID from its beginning',
        tags: ['jobs'],
        params: paramsSchema('/jobs/:job_id/logs'),
        security,
        response,
      },
    },
    async (request, reply) => {
      const { userId, expiresAtMs } = await gate.authenticate(request);
      const jobId = paramsOf(request)('job_id');
      await gate.requireOwner(jobId, userId);
      stream(request, reply, feed, {
        topic: `job:${jobId}`,
        after: lastEventId(request) ?? 0n,
        backlog: (span) => jobBacklog(log, jobId, span),
        expiresAtMs,
      });
    },
  );

  app.get(
    '/jobs/stream',
    {
      schema: {
        summary: 'Follow all your jobs; without Last-Event-ID from now',
        tags: ['jobs'],
        security,
        response,
      },
    },
    async (request, reply) => {
      const { userId, expiresAtMs } = await gate.authenticate(request);
      stream(request, reply, feed, {
        topic: `owner:${userId}`,
        after: lastEventId(request) ?? feed.position,
        backlog: (span) => ownerBacklog(log, gate.ownerOf, userId, span),
        expiresAtMs,
      });
    },
  );
};
