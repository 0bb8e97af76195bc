import type { FastifyInstance } from 'fastify';
import type { Access } from '../../commands/kernel/command.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; `requireAccessRule` refuses to start without it. */
    access?: RouteAccess;
  }
}

export type CommandAccess = Exclude<Access, 'SYSTEM'>;
/** `METRICS_TOKEN`: a scraper, by the token of the configuration. */
type RouteAccess = CommandAccess | 'METRICS_TOKEN';
export type AccessRule = Readonly<{ method: string; url: string; access: RouteAccess }>;

/**
 * From here on a route that does not say who may call it does not start: forgetting the rule of a new route is an error, not
 * an open door (ID-11). Gives the rules of all routes that follow, as they are added.
 */
export const requireAccessRule = (app: FastifyInstance): readonly AccessRule[] => {
  const rules: AccessRule[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access;
    const methods = [method].flat();
    if (access === undefined) throw new Error(`${methods.join(', ')} ${url} does not say who may call it`);
    for (const each of methods) rules.push({ method: each, url, access });
  });
  return rules;
};
