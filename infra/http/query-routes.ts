import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { never } from '../../domain/kernel/never.ts';
import { queries } from '../../read-api/index.ts';
import type { AnyQuery } from '../../read-api/kernel/query.ts';
import { openedJson } from '../erasure/personal-texts.ts';
import { ANONYMOUS, admit, readableFor } from './admission.ts';
import type { RouteDeps } from './deps.ts';
import { rawAnswer, responses } from './documented.ts';
import { sendFile } from './file-reply.ts';
import { endUnread } from './limits/reading-time.ts';
import { paramsOf, paramsSchema, stringsOf } from './route-request.ts';

/** Shorter ones are not counted: it costs them more than they can hold. */
const LARGE_ANSWER = 256 * 1024;

/** Takes room for an answer of so many bytes, and the time to read it. Throws as `Room.of`. */
const holdAnswer = ({ limits }: RouteDeps, userId: string, { raw }: FastifyReply, bytes: number): void => {
  limits.room.of(userId, raw)(bytes);
  endUnread(raw, bytes);
};

const handler =
  (query: AnyQuery, deps: RouteDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = query.access === 'PUBLIC' ? ANONYMOUS : await admit(request, query.access, deps);
    const { userId, sessionId } = caller;
    const asked = { query: stringsOf(request.query), param: paramsOf(request), userId, sessionId };
    if (query.kind === 'JSON') {
      const answer = await query.run(asked, deps.readServices);
      const json = openedJson(deps.commandServices.texts, answer, readableFor(caller));
      if (json.length > LARGE_ANSWER) holdAnswer(deps, userId, reply, json.length);
      return reply.type('application/json; charset=utf-8').send(json);
    }
    if (query.kind === 'FILE') return sendFile(request, reply, await query.run(asked, deps.readServices));
    const { bytes, sha256, fileName } = await query.run(asked, deps.readServices);
    holdAnswer(deps, userId, reply, bytes.byteLength);
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    reply.type(query.contentType).header('digest', `sha-256=${digest}`);
    reply.header('repr-digest', `sha-256=:${digest}:`);
    if (fileName !== undefined)
      reply.header('content-disposition', `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`);
    return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };

const answersOf = (query: AnyQuery) => {
  switch (query.kind) {
    case 'JSON':
      return responses(200, query.answer);
    case 'BYTES':
      return responses(200, rawAnswer, query.contentType);
    case 'FILE':
      return responses(200, rawAnswer, 'application/octet-stream');
    default:
      return never(query);
  }
};

export const queryRoutes = (app: FastifyInstance, deps: RouteDeps): void => {
  for (const query of queries)
    app.route({
      method: 'GET',
      url: query.path,
      config: { access: query.access },
      schema: {
        summary: query.summary,
        operationId: query.name,
        tags: [query.path.split('/')[1] ?? ''],
        params: paramsSchema(query.path),
        querystring: query.query,
        ...(query.access === 'PUBLIC' ? {} : { security: [{ bearer: [] }] }),
        response: answersOf(query),
      },
      handler: handler(query, deps),
    });
};
