import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { openedLog } from '../../erasure/opened-log.ts';
import type { Verified } from '../../identity/access-tokens.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { RouteDeps } from '../deps.ts';
import { responses } from '../documented.ts';
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
  /** The stream ends with the token, and with its session (ID-10). */
  caller: Verified;
  /** Gives the user's place back. */
  release: () => void;
}>;

/**
 * Subscribes first, then reads what lies between the client's position and the subscription: nothing falls in between,
 * and nothing comes twice, since the two parts meet at one position.
 */
const stream = (
  request: FastifyRequest,
  reply: FastifyReply,
  { feed, sessions }: Readonly<{ feed: LiveFeed; sessions: LiveSessions }>,
  opened: Stream,
): void => {
  reply.hijack();
  const response = reply.raw;
  // Gone while we looked who it is: then no 'close' follows.
  if (response.destroyed) {
    opened.release();
    return;
  }
  response.once('close', opened.release);
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
    expiresAtMs: opened.caller.expiresAtMs,
    onError: (error) => request.log.warn({ err: error }, 'reading the backlog of a stream failed'),
  });
  const unsubscribe = feed.subscribe(opened.topic, {
    next: (frame) => {
      if (frame.position > opened.after) connection.take(frame);
    },
    complete: () => connection.end('SERVER_STOPPING'),
  });
  const unwatch = sessions.onEnd(opened.caller, () => connection.end('SESSION_ENDED'));
  void connection.closed.then(() => {
    unsubscribe();
    unwatch();
  });
  void connection.run(opened.backlog(span));
};

/** JOB-06, ES-14: one job, and all jobs of a user in one connection. Without HEAD, whose answer would never end. */
export const streamRoutes = (app: FastifyInstance, deps: RouteDeps, feed: LiveFeed): void => {
  const { gate, limits, ownedJobs, sessions } = deps;
  const log = openedLog(deps.log, deps.commandServices.texts);
  const frames = z.string().describe('`id:` is the position in the log');
  const response = responses(200, frames, 'text/event-stream');
  const security = [{ bearer: [] }];

  app.get(
    '/jobs/:job_id/logs',
    {
      exposeHeadRoute: false,
      config: { access: 'JOB_OWNER' },
      schema: {
        operationId: 'FollowJob',
        summary: 'Follow a job; without Last-Event-ID from its beginning',
        tags: ['jobs'],
        params: paramsSchema('/jobs/:job_id/logs'),
        security,
        response,
      },
    },
    async (request, reply) => {
      const caller = await gate.authenticate(request);
      const { userId } = caller;
      limits.user.take(userId);
      const jobId = paramsOf(request)('job_id');
      await gate.requireOwner(jobId, userId);
      const after = lastEventId(request) ?? 0n;
      stream(
        request,
        reply,
        { feed, sessions },
        {
          topic: `job:${jobId}`,
          after,
          release: await limits.streams.take(userId),
          backlog: (span) => jobBacklog(log, jobId, span),
          caller,
        },
      );
    },
  );

  app.get(
    '/jobs/stream',
    {
      exposeHeadRoute: false,
      config: { access: 'USER' },
      schema: {
        operationId: 'FollowJobs',
        summary: 'Follow all your jobs; without Last-Event-ID from now',
        tags: ['jobs'],
        security,
        response,
      },
    },
    async (request, reply) => {
      const caller = await gate.authenticate(request);
      const { userId } = caller;
      limits.user.take(userId);
      const after = lastEventId(request) ?? feed.position;
      stream(
        request,
        reply,
        { feed, sessions },
        {
          topic: `owner:${userId}`,
          after,
          release: await limits.streams.take(userId),
          backlog: (span) => ownerBacklog({ log, ownerOf: gate.ownerOf, ownedJobs }, userId, span),
          caller,
        },
      );
    },
  );
};
