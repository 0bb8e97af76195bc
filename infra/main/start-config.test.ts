import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('a process that starts with a configuration that is not valid', { timeout: 60_000 }, () => {
  it.each(['dev', 'api', 'worker', 'migrate'])(
    '[OPS-12] says what is wrong, and nothing else: %s',
    (root) => {
      const env = { PATH: process.env['PATH'], IAMA_METRICS_TOKEN: 'short', PORT: 'none' };
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, `${root}.ts`)],
        {
          env,
          encoding: 'utf8',
        },
      );
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^the configuration is not valid:\n- PORT: .*\n- IAMA_METRICS_TOKEN: .*\nAll variables: .*configuration\.md\n$/,
      );
    },
  );
});
