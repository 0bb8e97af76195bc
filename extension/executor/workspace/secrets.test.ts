import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { CANARIES, sandbox } from './testing.ts';

const { project, write } = sandbox();

describe('secrets', () => {
  it.each(Object.entries(CANARIES))(
    '[CTX-02] keeps %s back and names the line, never the value',
    async (path, text) => {
      await write({ [path]: `first line\n${text}\n`, 'ok.js': 'exports.ok = true;\n' });
      const { context, secrets, baseHashes } = await collect(project(), ['ok.js']);
      expect(context.files.map((file) => file.path)).toEqual(['ok.js']);
      expect(Object.keys(baseHashes)).toEqual(['ok.js']);
      expect(secrets[0]).toMatchObject({ path, line: 2 });
      const value = /[A-Za-z0-9_/+.:-]{20,}/u.exec(text)?.[0] ?? text;
      expect(JSON.stringify(secrets)).not.toContain(value);
    },
  );

  it.each(['.env', '.env.production', 'config/app.env', 'server.pem', 'id_rsa', '.npmrc', 'store.p12'])(
    '[CTX-02] keeps %s back by its name',
    async (path) => {
      await write({ [path]: 'NOTHING=special\n', 'ok.js': '' });
      const { context, secrets } = await collect(project(), []);
      expect(secrets).toEqual([{ path, line: null, kind: expect.any(String) }]);
      expect(context.files.map((file) => file.path)).toEqual(['ok.js']);
    },
  );

  it('[CTX-02] does not start when a target, or code of the whole project(), holds a secret', async () => {
    await write({ 'aws.js': CANARIES['aws.js'] ?? '', 'ok.js': '' });
    expect((await collect(project(), ['aws.js'])).stops).toEqual([
      expect.stringMatching(/^aws\.js, line 1 holds/u),
    ]);
    expect((await collect(project(), [])).stops).toHaveLength(1);
    expect((await collect(project(), ['ok.js'])).stops).toEqual([]);
  });

  it('[CTX-02] lets ordinary code and templates pass', async () => {
    await write({
      '.env.example': 'API_KEY=\n',
      'index.js':
        "exports.password = function (token) { return 'sk_' + token; };\nvar hash = 'd41d8cd98f00b204e9800998ecf8427e';\n",
    });
    const { secrets, stops } = await collect(project(), []);
    expect([secrets, stops]).toEqual([[], []]);
  });
});
