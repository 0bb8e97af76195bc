import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingKept } from './testing/everything-kept.ts';
import { CLAMP, writePackage } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { type SignedIn, signedIn } from './testing/signed-in.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const KEY_BODY = 'MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi';
const PRIVATE_KEY = [
  '-----BEGIN RSA',
  `PRIVATE KEY-----\n${KEY_BODY}\n-----END RSA`,
  'PRIVATE KEY-----',
].join(' ');

let cli: SignedIn;
beforeAll(async () => {
  cli = await signedIn();
});
afterAll(() => cli?.leave());

const everything = async (): Promise<string> =>
  `${cli.product.logged()}\n${await everythingKept(cli.product.query, cli.product.dataFolder)}`;

describe('a secret in the project', () => {
  it('[CTX-02] stops the job before it starts: file and line are named, the value is nowhere', async () => {
    const project = writePackage(join(cli.root, 'planted'), {
      ...CLAMP,
      'lib/token.js': `'use strict';\n\nvar token = '${TOKEN}';\nmodule.exports = token;\n`,
      'lib/key.js': `'use strict';\nmodule.exports = \`${PRIVATE_KEY}\`;\n`,
      '.env': `SECRET=${TOKEN}\n`,
    });
    const ran = await cli.iama(['run', project, '--yes', '--json']);
    expect(ran.code).toBe(7);
    expect(ran.values.at(-1)).toMatchObject({ status: 'NOT_STARTED', code: 'SECRET_FOUND' });
    expect(ran.stderr).toContain('lib/token.js, line 3');
    expect(ran.stderr).toContain('lib/key.js, line 2');
    expect(await cli.product.query(`select 1 from events where type = 'JobRequested'`)).toEqual([]);
    for (const text of [ran.stdout + ran.stderr, await everything()])
      for (const secret of [TOKEN, KEY_BODY]) expect(text).not.toContain(secret);
  });

  it('[CTX-02] is refused by the server too, when a client sends it all the same', async () => {
    const bob = await Person.arrives(cli.product.url);
    const { job_id } = await bob.client.requestJob({
      goal: 'JAVASCRIPT_TO_TYPESCRIPT',
      targets: [],
      mode: 'SIMPLE',
      title: 't',
    });
    const files = [
      { path: 'index.js', text: `'use strict';\nvar token = '${TOKEN}';\n` },
      { path: 'package.json', text: '{"name":"a","version":"1.0.0"}' },
    ];
    const context = { schema: 'iama.context/1', files, targets: [], dependencies: [] };
    const answer = await bob.send('POST', `/jobs/${job_id}/context`, { context, base_hashes: {} });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'SECRET_IN_CONTEXT', findings: [{ path: 'index.js', line: 2 }] },
    });
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
    expect(await everything()).not.toContain(TOKEN);
    expect(await cli.product.query(`select 1 from events where type = 'ContextAttached'`)).toEqual([]);
    await bob.leaves();
  });

  it('[EXE-05] [CTX-02] that its tests print is cut out of what is reported', async () => {
    const ada = await Person.arrives(cli.product.url);
    // No file holds the token whole, so nothing is kept back. The test passes on the old code only, and prints it then.
    const project = ada.package({
      ...CLAMP,
      'package.json': `${JSON.stringify({ name: 'clamp', version: '1.0.0', main: 'index.js', scripts: { test: 'node test/all.js' } })}\n`,
      'test/token.js': `module.exports = '${TOKEN.slice(0, 8)}' + '${TOKEN.slice(8)}';\n`,
      'test/all.js': `if (require('fs').existsSync('index.ts')) { console.log('before'); console.log('token is ' + require('./token.js')); process.exit(1); }\n`,
    });
    const jobId = await ada.reachesBaseline(project);
    await ada.executes(jobId, 'BASELINE', project);
    expect(await ada.executes(jobId, 'TEST', project)).toMatchObject({ outcome: { status: 'FAILED' } });
    const failed = (await cli.product.eventsOf(jobId)).find(({ type }) => type === 'TestsFailed');
    const { artifactId, expiresAt, ...ref } = Object(failed?.data['report']);
    const report = new TextDecoder().decode(
      await ada.client.artifact(jobId, { ...ref, artifact_id: artifactId, expires_at: expiresAt }),
    );
    expect(report).toContain('before\\n[cut out: it held a secret]');
    expect(report + ada.lines.join() + (await everything())).not.toContain(TOKEN);
    await ada.client.cancel(jobId);
    await ada.leaves();
  });
});
