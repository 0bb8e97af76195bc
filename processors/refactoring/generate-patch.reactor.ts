import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { PatchEdit } from '../../domain/patching/edit.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { GeneratePatch, PastAttempt } from './effects.ts';
import { idFrom } from './ids.ts';
import type { JobContext } from './model-router.port.ts';
import { patchAnswer, patchArtifact } from './patch.schema.ts';
import { ask, jobReactor, putJson, type ReactorTools, readJson } from './question.ts';

/** What a repair learns of one attempt: how the patch was made, and what the tests or the gates said. */
const told = async (tools: ReactorTools, jobId: string, past: PastAttempt): Promise<Json> => {
  const patch =
    past.patch === null ? null : patchArtifact.parse(await readJson(tools.artifacts, jobId, past.patch));
  const report =
    past.report === null ? null : z.json().parse(await readJson(tools.artifacts, jobId, past.report));
  const { attempt, modelClass, rejection } = past;
  return { attempt, modelClass, rejection, recipe: patch?.recipe ?? null, report };
};

/** The first edit of an existing file that is no file of the context, where an answer reached beyond the job (LLM-08). */
const foreign = (edits: readonly PatchEdit[], context: JobContext): string | undefined => {
  const known = new Set(context.files.map(({ path }) => path));
  return edits.find((edit) => edit.baseSha256 !== null && !known.has(edit.path))?.path;
};

const touched = (edits: readonly PatchEdit[]): readonly string[] =>
  [
    ...new Set(edits.flatMap((edit) => (edit.op === 'RENAME_FILE' ? [edit.path, edit.to] : [edit.path]))),
  ].sort();

/** Asks for the patch of one attempt (JOB-07); the first of a cycle is a PATCH, each further one a REPAIR. */
export const generatePatchReactor = (tools: ReactorTools): Reactor<GeneratePatch, JobCommand> =>
  jobReactor<GeneratePatch>(tools, 'GeneratePatch', async ({ data }, context, { at }) => {
    const { jobId, attempt, modelClass, proposal, accepted = [], specification } = data;
    const past = await Promise.all(data.past.map((one) => told(tools, jobId, one)));
    const answer = await ask(
      tools,
      data,
      {
        stage: past.length === 0 ? 'PATCH' : 'REPAIR',
        modelClass,
        attempt,
        strategy: proposal.strategy,
        inputs: { specification, accepted, past },
      },
      patchAnswer,
      context,
    );
    const failed = (failureClass: 'SCHEMA_VIOLATION' | 'REFUSED', reason: string): readonly JobCommand[] => [
      {
        type: 'RecordPatchFailure',
        data: {
          jobId,
          at,
          call: { ...answer.call, outcome: failureClass },
          attempt,
          failureClass,
          reason: reason.slice(0, 2_000),
        },
      },
    ];
    if (!answer.valid) return failed('SCHEMA_VIOLATION', answer.reason);
    const { call, output } = answer;
    if (output.status === 'REFUSED')
      return failed(
        'REFUSED',
        output.reasons.map(({ path, reason }) => (path === null ? reason : `${path}: ${reason}`)).join(' '),
      );
    const { edits } = output.patch;
    const beyond = foreign(edits, answer.context);
    if (beyond !== undefined)
      return failed('SCHEMA_VIOLATION', `The patch changes ${beyond}, which is no file of this job.`);
    const { report, recipe, summary } = output;
    const patch = await putJson(tools, jobId, 'PATCH', { ...output.patch, report, recipe });
    return [
      {
        type: 'RecordPatch',
        data: {
          jobId,
          at,
          call,
          executionId: idFrom('execution', context.idempotencyKey),
          attempt,
          patch,
          filesTouched: touched(edits),
          summary,
        },
      },
    ];
  });
