import { expect, it } from 'vitest';
import { realProcess } from './testing/real-process.ts';
import { withinTime } from './within-time.ts';

const options = { cwd: '.', env: {}, timeoutMs: 20_000, maxOutputBytes: 1_000 };
const endless = ['-e', 'setInterval(() => {}, 1000)'];

it('[TST-04] [JOB-09] ends a process when the time of the whole is over, and not one that is in time', async () => {
  const late = withinTime(realProcess, () => 300);
  expect(await late(process.execPath, endless, options)).toMatchObject({ timedOut: true });
  const over = withinTime(realProcess, () => -5);
  expect(await over(process.execPath, endless, options)).toMatchObject({ timedOut: true });
  const early = withinTime(realProcess, () => 20_000);
  expect(await early(process.execPath, ['-e', ''], options)).toMatchObject({ timedOut: false, exitCode: 0 });
});

it('[EXE-04] leaves a shorter limit of the process itself as it is', async () => {
  const run = withinTime(realProcess, () => 20_000);
  const result = await run(process.execPath, endless, { ...options, timeoutMs: 300 });
  expect(result).toMatchObject({ timedOut: true });
});
