import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { requireAccessRule } from './access-rule.ts';

describe('rules of access', () => {
  it('[ID-11] refuses a planted route that has none, also in a scope of its own', async () => {
    const app = fastify();
    requireAccessRule(app);
    expect(() => app.get('/planted', async () => ({}))).toThrow('GET /planted does not say who may call it');
    const nested = fastify();
    requireAccessRule(nested);
    nested.register(async (scope) => {
      scope.post('/planted', async () => ({}));
    });
    await expect(nested.ready()).rejects.toThrow('POST /planted');
  });

  it('[ID-11] knows the rule of every other', () => {
    const app = fastify({ exposeHeadRoutes: false });
    const rules = requireAccessRule(app);
    app.get('/mine', { config: { access: 'USER' } }, async () => ({}));
    expect(rules).toEqual([{ method: 'GET', url: '/mine', access: 'USER' }]);
  });
});
