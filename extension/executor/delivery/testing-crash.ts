import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { openHome } from '../home/home.ts';
import { applyWrites } from './apply.ts';
import { revertJob } from './revert.ts';

/**
 * Runs one apply or revert and kills its own process at the n-th step; prints how many steps there were when it got to
 * the end. Started by the crash tests: node testing-crash.ts <request file>.
 */
const request = z
  .object({
    action: z.enum(['apply', 'revert']),
    home: z.string(),
    jobId: z.string(),
    executionId: z.string(),
    workspace: z.string(),
    writes: z.array(
      z.object({
        path: z.string(),
        before: z.object({ sha256: z.string() }).nullable(),
        after: z.string().nullable(),
        movedFrom: z.string().nullable(),
      }),
    ),
    killAt: z.number(),
  })
  .parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')));

let steps = 0;
const probe = (): void => {
  steps++;
  if (steps === request.killAt) process.kill(process.pid, 'SIGKILL');
};
const home = await openHome({ IAMA_HOME: request.home });
const result =
  request.action === 'apply'
    ? await applyWrites({ ...request, home, now: new Date(), probe })
    : await revertJob(home, request.jobId, probe);
process.stdout.write(JSON.stringify({ steps, status: result.status }));
