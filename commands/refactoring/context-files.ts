import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { secretsByFormat } from '../../domain/kernel/secrets.ts';
import { workspacePath } from './schemas.ts';

/** Decompressed; a project beyond this is sent as a selection of its files. */
export const CONTEXT_LIMIT_BYTES = 64 * 1024 * 1024;

const file = z.strictObject({ path: workspacePath, text: z.string() });
export const contextFiles = z.array(file).max(20_000);
export type ContextFile = z.output<typeof file>;

/** Sources that were sent before: for this job, or for an earlier one of the same person. */
export type PartName = Readonly<{ jobId: string; artifactId: string }>;

export type Sources = Readonly<{ files: readonly ContextFile[]; dependencies: readonly ContextFile[] }>;

/** `iama.context-part/1` */
export type ContextPart = Sources & Readonly<{ schema: 'iama.context-part/1' }>;

const MAX_NAMED = 50;

/** CTX-02: nothing is kept of a project that holds a secret; file and line are named, never the value. */
export const refuseSecrets = (files: readonly ContextFile[]): void => {
  const findings = files.flatMap(({ path, text }) => secretsByFormat(path, text));
  if (findings.length > 0)
    throw new Rejection('SECRET_IN_CONTEXT', 'A file holds a secret. Remove it, or do not send the file.', {
      findings: findings.slice(0, MAX_NAMED),
    });
};
