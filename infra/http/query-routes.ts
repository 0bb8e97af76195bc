import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '../../read-api/index.ts';
import type { AnyQuery } from '../../read-api/kernel/query.ts';
import { openedJson } from '../erasure/personal-texts.ts';
import { ANONYMOUS, admit } from './admission.ts';
import type { RouteDeps } from './deps.ts';
import { rawAnswer, responses } from './documented.ts';
import { paramsOf, paramsSchema, stringsOf } from './route-request.ts';

const handler =
  (query: AnyQuery, deps: RouteDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { userId, sessionId } =
      query.access === 'PUBLIC' ? ANONYMOUS : await admit(request, query.access, deps);
    const asked = { query: stringsOf(request.query), param: paramsOf(request), userId, sessionId };
    if (query.kind === 'JSON') {
      const answer = await query.run(asked, deps.readServices);
      const json = await openedJson(deps.commandServices.texts, answer, userId);
      return reply.type('application/json; charset=utf-8').send(json);
    }
    const { bytes, sha256, fileName } = await query.run(asked, deps.readServices);
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    reply.type(query.contentType).header('digest', `sha-256=${digest}`);
    reply.header('repr-digest', `sha-256=:${digest}:`);
    if (fileName !== undefined)
      reply.header('content-disposition', `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`);
    return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
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
        response:
          query.kind === 'JSON' ? responses(200, query.answer) : responses(200, rawAnswer, query.contentType),
      },
      handler: handler(query, deps),
    });
};
