import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { z } from 'zod';
import { type CommandServices, commandFiles } from '../../commands/index.ts';
import type { AnyCommandFile, RawRequest, Route } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { idempotencyOf } from '../commands/command-bus.ts';
import { openedJson } from '../erasure/personal-texts.ts';
import type { CommandAccess } from './access-rule.ts';
import { ANONYMOUS, admit, type Caller, identify, readableFor, takeAttempt } from './admission.ts';
import { refuseEncodings, takeGzip } from './content-encoding.ts';
import { countedBody } from './counted-body.ts';
import type { RouteDeps } from './deps.ts';
import { rawBody, responses } from './documented.ts';
import { takeBytes, takeJson } from './json-body.ts';
import { clientNetwork } from './limits/client-network.ts';
import { contextOf } from './message-context.ts';
import { headerOf, paramsOf, paramsSchema, stringsOf } from './route-request.ts';

const DEFAULT_BODY_LIMIT = 256 * 1024;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

type CommandFile = AnyCommandFile<CommandServices>;
type CommandRoute = Route<Command, CommandServices>;

/** The caller of the request, after the access rule of the command. */
const callerOf = async (access: CommandAccess, request: FastifyRequest, deps: RouteDeps): Promise<Caller> => {
  if (access !== 'PUBLIC') return admit(request, access, deps);
  await takeAttempt(request, deps);
  return ANONYMOUS;
};

/** An empty one is refused: whoever sends it counts on a repetition that does nothing. */
const sentKey = ({ headers }: FastifyRequest): string | null => {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key))
    throw new Rejection('IDEMPOTENCY_KEY_INVALID', 'An Idempotency-Key has 1 to 200 visible characters.');
  return key;
};

/** Keys belong to who sends them: one person's key never meets another's. */
const scopedKey = (
  { method, url, body }: FastifyRequest,
  key: string | null,
  userId: string,
  caller: string | undefined,
): Readonly<{ key: string; bodyHash: string }> | undefined => {
  if (key === null) return undefined;
  const bodyHash = canonicalHash({ method, url, body: caller ?? body });
  if (userId !== '') return { key: `http:${userId}:${key}`, bodyHash };
  return caller === undefined ? undefined : { key: `http:public:${caller}:${key}`, bodyHash };
};

const handler =
  (file: CommandFile, route: CommandRoute, access: CommandAccess, deps: RouteDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = await callerOf(access, request, deps);
    const { userId, sessionId, actor, may } = caller;
    const key = sentKey(request);
    const raw: RawRequest = {
      body: request.body,
      param: paramsOf(request),
      query: stringsOf(request.query),
      userId,
      sessionId,
      taskToken: headerOf(request, 'x-task-token') ?? '',
      may,
      at: new Date().toISOString(),
      newId: randomUUID,
    };
    const command = await route.toCommand(raw, deps.commandServices);
    const sent = scopedKey(request, key, userId, route.caller?.(command));
    const { answer, replayed } = await execute(file, command, deps.log, deps.commandServices, {
      context: contextOf(request, actor, command),
      ...idempotencyOf(file, command, sent),
    });
    if (replayed) await route.confirmRepeat?.(raw, answer, deps.commandServices);
    if (replayed) reply.header('idempotent-replayed', 'true');
    reply.code(route.status);
    if (route.answer === null || answer === null) return reply.send();
    const json = openedJson(deps.commandServices.texts, answer, readableFor(caller));
    return reply.type('application/json; charset=utf-8').send(json);
  };

const headers = z.object({ 'idempotency-key': z.string().max(200).optional() });
const withTaskToken = headers.extend({ 'x-task-token': z.string() });

const documented = (file: CommandFile, route: CommandRoute) => ({
  summary: route.summary,
  operationId: file.type,
  tags: [route.path.split('/')[1] ?? ''],
  params: paramsSchema(route.path),
  headers: file.access === 'TASK_TOKEN' ? withTaskToken : headers,
  ...(route.query === undefined ? {} : { querystring: route.query }),
  ...(route.content === 'BYTES'
    ? { consumes: ['application/octet-stream'], body: rawBody }
    : { body: route.body }),
  ...(file.access === 'PUBLIC' ? {} : { security: [{ bearer: [] }] }),
  response: responses(route.status, route.answer),
});

/** Who sends a body, from when it is known until it is counted. */
const senders = new WeakMap<FastifyRequest, string>();

/** Before the body is read: a stranger could make us keep 64 MB for every connection. */
const knowFirst =
  (access: Exclude<CommandAccess, 'PUBLIC'>, deps: RouteDeps) =>
  async (request: FastifyRequest): Promise<void> => {
    senders.set(request, (await identify(request, access, deps)).userId);
  };

/**
 * Of people, by whom they are. A small body that came with its headers is there already and lives as long as its command, so that it is not
 * counted; 2,000 of 256 KB that never ended took 400 MB. Nothing is waited for here: a body inflates already, and nobody would hear
 * that it cannot be.
 */
const countKnown =
  ({ limits }: RouteDeps, isLarge: boolean) =>
  async (request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): Promise<RequestPayload> => {
    if (!isLarge && request.raw.complete) return payload;
    return countedBody(payload, reply, limits.room.of(senders.get(request) ?? '', reply.raw));
  };

/** Of strangers all are counted, by their address: they cost it nothing but a connection each. */
const countStrangers =
  ({ limits }: RouteDeps) =>
  async (request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): Promise<RequestPayload> =>
    countedBody(payload, reply, limits.strangers.of(clientNetwork(request.ip), reply.raw));

/** What comes before the body of a request is parsed. */
const beforeBody = (access: CommandAccess, bodyLimit: number, deps: RouteDeps) => {
  if (access === 'PUBLIC') return { preParsing: countStrangers(deps) };
  return { onRequest: knowFirst(access, deps), preParsing: countKnown(deps, bodyLimit > DEFAULT_BODY_LIMIT) };
};

/** One route per command that has one, and one more per alias, in the scope of its kind of body. */
const register = (app: FastifyInstance, content: CommandRoute['content'], deps: RouteDeps): void => {
  for (const file of commandFiles.values()) {
    const { route, access } = file;
    if (route === null || access === 'SYSTEM' || (route.content ?? 'JSON') !== content) continue;
    const bodyLimit = route.bodyLimit ?? DEFAULT_BODY_LIMIT;
    for (const [index, path] of [route.path, ...(route.aliases ?? [])].entries())
      app.route({
        method: route.method,
        url: path,
        config: { access },
        bodyLimit,
        schema: index === 0 ? documented(file, route) : { hide: true },
        ...beforeBody(access, bodyLimit, deps),
        handler: handler(file, route, access, deps),
      });
  }
};

export const commandRoutes = async (app: FastifyInstance, deps: RouteDeps): Promise<void> => {
  await app.register(async (scope) => {
    takeJson(scope);
    refuseEncodings(scope);
    register(scope, 'JSON', deps);
  });
  await app.register(async (scope) => {
    takeJson(scope);
    takeGzip(scope);
    register(scope, 'GZIP_JSON', deps);
  });
  await app.register(async (scope) => {
    takeBytes(scope);
    refuseEncodings(scope);
    register(scope, 'BYTES', deps);
  });
};
