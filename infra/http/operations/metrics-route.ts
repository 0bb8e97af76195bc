import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { hashOfToken } from '../../identity/opaque-token.ts';
import { metricsText } from '../../operations/metrics-text.ts';
import { bearerOf, unauthenticated } from '../access.ts';
import type { RouteDeps } from '../deps.ts';

/** Counts the answers of this process, streams left aside: they have no end to count. */
export const countAnswers = (app: FastifyInstance): ReadonlyMap<number, number> => {
  const answered = new Map<number, number>();
  app.addHook('onResponse', async (_request, reply) => {
    const digit = Math.trunc(reply.statusCode / 100);
    answered.set(digit, (answered.get(digit) ?? 0) + 1);
  });
  return answered;
};

/**
 * `GET /metrics` for a scraper, which has no session of 8 hours: a token of the configuration opens it, and nothing else does.
 * Without one in the configuration there is no such route.
 */
export const metricsRoute = (
  app: FastifyInstance,
  { readServices }: Pick<RouteDeps, 'readServices'>,
  token: string,
): void => {
  const expected = hashOfToken(token);
  app.get(
    '/metrics',
    { config: { access: 'METRICS_TOKEN' }, schema: { hide: true } },
    async (request, reply) => {
      const sent = bearerOf(request);
      if (sent === null || !timingSafeEqual(hashOfToken(sent), expected)) throw unauthenticated();
      const text = metricsText(await readServices.health(), readServices.figures());
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
    },
  );
};
