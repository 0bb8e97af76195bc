import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { openedLog } from '../erasure/opened-log.ts';
import { LiveSessions } from '../identity/live-sessions.ts';
import type { OAuthSettings } from '../identity/oauth/settings.ts';
import type { PaymentSettings } from '../payments/settings.ts';
import { untilAnswered } from '../runtime/until-answered.ts';
import { gate } from './access.ts';
import { type AccessRule, requireAccessRule } from './access-rule.ts';
import { commandRoutes } from './command-routes.ts';
import type { ApiParts } from './deps.ts';
import { refuseSlowBodies } from './limits/body-pace.ts';
import { RateLimit } from './limits/rate-limit.ts';
import { Room, STRANGERS_ROOM, WEBHOOK_ROOM } from './limits/room.ts';
import { SharedCounts } from './limits/shared-counts.ts';
import { streamPlaces } from './limits/stream-places.ts';
import { oauthRoutes } from './oauth/routes.ts';
import { countAnswers, metricsRoute } from './operations/metrics-route.ts';
import { webhookRoute } from './payments/webhook-route.ts';
import { toProblem } from './problems.ts';
import { queryRoutes } from './query-routes.ts';
import { answerUnrouted } from './route-table.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { LiveFeed } from './sse/live-feed.ts';
import { streamRoutes } from './sse/routes.ts';
import { refuseUnreadable, UNREADABLE } from './unreadable.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Who may call which route. */
    accessRules: readonly AccessRule[];
  }
}

const BASE_PATH = '/api/v1';

export type ApiOptions = Readonly<{
  logger: FastifyBaseLogger;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed; null or absent: of none. */
  trustProxy?: readonly string[] | null;
  /** Per minute, at all processes together. 0: no limit. */
  rateLimits: Readonly<{ signInPerAddress: number; requestsPerUser: number }>;
  /** Null or absent: nobody signs in by a provider. */
  oauth?: OAuthSettings | null;
  /** Null or absent: nothing is sold. */
  payments?: PaymentSettings | null;
  /** Opens `/metrics`; null or absent: there is none. */
  metricsToken?: string | null;
  /** How long `close` waits for idle connections to be ended by who keeps them; absent: a second. */
  drainMs?: number;
}>;

const CLOSE_DEADLINE_MS = 10_000;
/** Longer than any answer takes to come; streams have heartbeats. A client that reads nothing would else hold its answer for ever. */
const IDLE_CONNECTION_MS = 600_000;
const REQUEST_ID = /^[\w.-]{8,100}$/;

const document = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'IAMA',
        version: '1',
        description: 'Modernises source code in metered, auditable jobs.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
};

/** Headers, request ids and one log line a request: method, route, status and time, never a body or a header. */
const observe = (app: FastifyInstance): void => {
  // No field of these lines is named like a secret; looking for such names took a thirteenth of the time of a command. Their text is
  // looked through for what has the form of one, as any other.
  const lines = app.log.child({}, { redact: [] });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/docs')) return;
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { id: reqId, method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    lines.info({ reqId, method, route: routeOptions.url ?? null, status: reply.statusCode, ms }, 'request');
  });
};

/** Whether no request is under way. */
const countRequests = (app: FastifyInstance): (() => boolean) => {
  let underWay = 0;
  app.addHook('onRequest', async (_request, reply) => {
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
  });
  return () => underWay === 0;
};

/**
 * Node waits for connections that never sent a request as long as for slow ones. Once nothing is under way, or the
 * deadline has passed, none is worth waiting for.
 */
const closeWhenQuiet = (app: FastifyInstance, isQuiet: () => boolean): void => {
  const deadline = Date.now() + CLOSE_DEADLINE_MS;
  const timer = setInterval(() => {
    if (!isQuiet() && Date.now() < deadline) return;
    clearInterval(timer);
    app.server.closeAllConnections();
  }, 20);
};

/**
 * Answers say that their connection ends once we do, so that within this time a proxy has none left on which it could send a request as we
 * close it: HAProxy then ends its client's connection without an answer, whatever it was told to retry.
 */
const DRAIN_MS = 1_000;

const drained = async (app: FastifyInstance, drainMs: number): Promise<void> => {
  const giveUpAt = performance.now() + drainMs;
  const open = (): Promise<number> =>
    new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)));
  while (performance.now() < giveUpAt && (await open()) > 0) await sleep(20);
};

const answerErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const { problem: found, isOurs } = toProblem(error);
    if (isOurs) request.log.error({ err: error }, 'request failed');
    const retryAfter = found['retry_after_seconds'];
    if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter));
    if (found.status === 401) reply.header('www-authenticate', 'Bearer');
    if (found.status === 413) reply.header('connection', 'close');
    return reply.code(found.status).type('application/problem+json').send(JSON.stringify(found));
  });
};

/** For whoever runs or verifies us, without an account. */
const OPEN = { config: { access: 'PUBLIC' }, schema: { hide: true } } as const;

/** Where to go on from the address that a person or a program was given. */
const INDEX = {
  name: 'IAMA',
  documentation: '/docs',
  openapi: '/docs/json',
  api: BASE_PATH,
  health: '/health/ready',
};

const index = (app: FastifyInstance): void => {
  app.get('/', OPEN, async (_request, reply) => {
    // The relations of RFC 8631.
    reply.header(
      'link',
      `<${INDEX.documentation}>; rel="service-doc", <${INDEX.openapi}>; rel="service-desc"`,
    );
    return INDEX;
  });
};

const health = (app: FastifyInstance, parts: ApiParts): void => {
  app.get('/health/live', OPEN, async () => ({ status: 'live' }));
  app.get('/health/ready', OPEN, async (_request, reply) => {
    const whyNot = await parts.whyNotReady();
    return whyNot === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', ...whyNot });
  });
  app.get('/.well-known/jwks.json', OPEN, async () => parts.tokens.jwks());
};

/**
 * The API, not yet listening. Routes, their access rules and the OpenAPI document follow from the manifests in `commands/`
 * and `read-api/`. `close()` stops accepting, ends streams with a resumable error, and waits for requests under way.
 */
export const createApi = async (parts: ApiParts, options: ApiOptions): Promise<FastifyInstance> => {
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const sent = headers['x-request-id'];
      return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
    },
    forceCloseConnections: 'idle',
    // What still comes by a kept connection while we end is answered, not refused: whoever sent it could not know.
    return503OnClosing: false,
    requestTimeout: 120_000,
    connectionTimeout: IDLE_CONNECTION_MS,
    ...UNREADABLE,
    // Reading the pages of the documentation took longer than fastify's ten seconds on a busy machine, and the server died.
    pluginTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
  });
  const sessions = new LiveSessions(parts.log);
  const accessGate = gate(parts.tokens, parts.log, sessions, parts.commandServices.personalTokens);
  const feed = new LiveFeed({
    log: openedLog(parts.log, parts.commandServices.texts),
    ownerOf: accessGate.ownerOf,
    observe: (event) => sessions.observe(event),
    onError: (error) => options.logger.warn({ err: error }, 'reading the log failed, trying again'),
  });
  const counts = new SharedCounts({
    exchange: parts.counts,
    onError: (error) => options.logger.warn({ err: error }, 'limits are counted by this process alone'),
  });
  const answered = countAnswers(app);
  const deps = {
    ...parts,
    sessions,
    readServices: { ...parts.readServices, figures: () => ({ answered, streams: feed.listeners }) },
    gate: accessGate,
    limits: {
      signInPerAddress: options.rateLimits.signInPerAddress,
      user: new RateLimit(options.rateLimits.requestsPerUser, counts),
      streams: streamPlaces(counts),
      room: new Room(),
      strangers: new Room(STRANGERS_ROOM),
      webhooks: new Room(WEBHOOK_ROOM),
    },
  };
  // Commands and queries check their own schemas; those given to fastify are for the document.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  observe(app);
  refuseUnreadable(app);
  refuseSlowBodies(app);
  const isQuiet = countRequests(app);
  answerErrors(app);
  answerUnrouted(app);
  await document(app);
  app.decorate('accessRules', requireAccessRule(app));
  index(app);
  health(app, parts);
  if (options.metricsToken) metricsRoute(app, deps, options.metricsToken);
  await app.register(
    async (scope) => {
      await commandRoutes(scope, deps);
      queryRoutes(scope, deps);
      oauthRoutes(scope, deps, options.oauth ?? null);
      await webhookRoute(scope, deps, options.payments ?? null);
      streamRoutes(scope, deps, feed);
    },
    { prefix: BASE_PATH },
  );
  app.addHook('preClose', async () => {
    await feed.stop();
    await drained(app, options.drainMs ?? DRAIN_MS);
    closeWhenQuiet(app, isQuiet);
  });
  app.addHook('onClose', () => counts.stop());
  counts.start();
  await untilAnswered(() => feed.start(), {
    onFailure: (error) => options.logger.warn({ err: error }, 'the log does not answer yet, trying again'),
  });
  await app.ready();
  return app;
};
