import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asStrict, otherwiseInStrict, whileStrict } from './as-strict.ts';
import { recordBaseline } from './record-baseline.ts';
import { parseSnapshots } from './snapshots.ts';
import { SNAPSHOTS } from './test-files.ts';
import { realProcess } from './testing/real-process.ts';
import { tinyTests } from './testing/tiny-tests.ts';

let root = '';
const file = (): string => path.join(root, 'index.js');
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'iama-strict-'));
  await writeFile(path.join(root, 'package.json'), '{ "name": "sign" }');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('sloppy code that the person accepts as strict', () => {
  it('[EXE-06] is written nowhere but to plain files of the copy', async () => {
    await writeFile(path.join(root, 'real.js'), 'a = 1');
    await symlink(path.join(root, 'real.js'), file());
    const work = async () => 'done';
    for (const each of ['index.js', '../x.js', '/etc/x.js', '.git/hooks/x.js', 'node_modules/x/index.js'])
      await expect(whileStrict(root, ['real.js', each], work)).rejects.toThrow('cannot be made strict');
    expect(await readFile(path.join(root, 'real.js'), 'utf8')).toBe('a = 1');
  });

  it('[TST-05] is put back byte for byte, also after a failure', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x20, 0xff, 0x0d, 0x0a]);
    await writeFile(file(), bytes);
    const failing = whileStrict(root, ['index.js'], async () => {
      expect(await readFile(file(), 'utf8')).toContain("'use strict';a");
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await readFile(file())).toEqual(bytes);
  });

  it('[TST-05] keeps its lines, its byte order mark and its #! line', () => {
    expect(asStrict('a\nb')).toBe("'use strict';a\nb");
    expect(asStrict('\uFEFFa')).toBe("\uFEFF'use strict';a");
    expect(asStrict('#!/usr/bin/env node\na')).toBe("#!/usr/bin/env node\n'use strict';a");
    expect(asStrict('#!/usr/bin/env node')).toBe("#!/usr/bin/env node\n'use strict';");
    expect(asStrict('#!/usr/bin/env node\r\na\r\n')).toBe("#!/usr/bin/env node\r\n'use strict';a\r\n");
  });

  it('[TST-05] is strict behind a #! line whichever line terminator ends it, so that nothing of the code is skipped', () => {
    for (const end of ['\n', '\r', '\r\n', '\u2028', '\u2029']) {
      const text = asStrict(`#!/usr/bin/env node${end}globalThis.seen = (function () { return this; })();`);
      runInThisContext(text);
      expect(Object.getOwnPropertyDescriptor(globalThis, 'seen'), JSON.stringify(end)).toMatchObject({
        value: undefined,
      });
      expect(Reflect.deleteProperty(globalThis, 'seen')).toBe(true);
    }
  });

  it('[TST-05] sets aside only what every sloppy run gives one result for, and strict code another', () => {
    const run = (results: Readonly<Record<string, string>>) =>
      parseSnapshots(
        JSON.stringify({
          schema: 'iama.snapshots/1',
          results: Object.fromEntries(
            Object.entries(results).map(([id, result]) => [id, { call: id, result }]),
          ),
          left: {},
        }),
      );
    const sloppy = [
      run({ same: '1', other: '1', gone: '1', unstable: '1' }),
      run({ same: '1', other: '1', gone: '1', unstable: '2' }),
    ];
    expect(otherwiseInStrict(sloppy, run({ same: '1', other: '2', unstable: '3' }))).toEqual({
      other: { call: 'other', why: 'STRICT_MODE' },
      gone: { call: 'gone', why: 'STRICT_MODE' },
    });
  });

  it('[TST-01] [TST-05] has what is otherwise in strict mode set aside with its reason, and the rest held', async () => {
    const sloppy = `module.exports = function sign(n) {
      try { if (n === 2) n.x = 1; } catch (error) { return 'throws'; }
      return n < 0 ? -1 : n > 0 ? 1 : 0;
    };\n`;
    await writeFile(file(), sloppy);
    const record = (strict: readonly string[]) =>
      recordBaseline({
        ...{
          workspaceRoot: root,
          nodePath: process.execPath,
          timeoutMs: 20_000,
          env: {},
          spawn: realProcess,
        },
        ...{ testFiles: tinyTests, modules: ['index.js'], strict },
      });
    const made = await record(['index.js']);
    expect(made.quarantined).toContainEqual({
      name: 'sign(2)',
      why: 'is otherwise in strict mode, which was accepted',
    });
    expect(made).toMatchObject({ recorded: 4, kept: 3 });
    expect(Object.keys(parseSnapshots(await readFile(path.join(root, SNAPSHOTS), 'utf8')).results)).toEqual([
      'id-1',
      'id0',
      'id1',
    ]);
    expect(await readFile(file(), 'utf8')).toBe(sloppy);
    expect((await record([])).kept).toBe(4);
  });
});
