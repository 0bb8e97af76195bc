import { createHash } from 'node:crypto';
import type { Json } from '../../../domain/kernel/message.ts';
import type { ReactorContext } from '../../../domain/kernel/reactor.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import { AT, artifact, call, entitlement, JOB } from '../../../domain/refactoring/job/testing/samples.ts';
import type { ArtifactRef, Tier } from '../../../domain/refactoring/job/values.ts';
import type { Assignment } from '../effects.ts';
import type { ModelRequest } from '../model-router.port.ts';
import type { ReactorTools } from '../question.ts';

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const encoder = new TextEncoder();
export const SOURCE = 'module.exports = 1;\n';

/** Artifacts in memory and a router that gives one answer and remembers what it was asked. */
export const bench = (output: Json | Error) => {
  const stored = new Map<string, Uint8Array>();
  const asked: ModelRequest[] = [];
  const put = (kind: ArtifactRef['kind'], bytes: Uint8Array): ArtifactRef => {
    const hash = sha256(bytes);
    const ref: ArtifactRef = { ...artifact(kind, hash.slice(0, 8)), sha256: hash, size: bytes.byteLength };
    stored.set(ref.artifactId, bytes);
    return ref;
  };
  const artifacts: ReactorTools['artifacts'] = {
    put: async ({ kind, bytes }) => put(kind, bytes),
    get: async ({ artifactId }) => {
      const bytes = stored.get(artifactId);
      if (bytes === undefined) throw new Rejection('ARTIFACT_EXPIRED', 'gone');
      return bytes;
    },
  };
  const tools: ReactorTools = {
    artifacts,
    router: {
      ask: async (request) => {
        asked.push(request);
        if (output instanceof Error) throw output;
        return { call: call({ stage: request.stage }), output };
      },
    },
    now: () => new Date(AT),
    specHash: (given) => sha256(JSON.stringify(given)),
  };
  const json = (kind: ArtifactRef['kind'], content: unknown): ArtifactRef =>
    put(kind, encoder.encode(JSON.stringify(content)));
  const text = (ref: ArtifactRef): string =>
    new TextDecoder().decode(stored.get(ref.artifactId) ?? new Uint8Array());
  const read = (ref: ArtifactRef): unknown => JSON.parse(text(ref));
  const context = json('CONTEXT', {
    schema: 'iama.context/1',
    files: [{ path: 'index.js', text: SOURCE }],
    targets: [],
    dependencies: [],
  });
  const assignment = (tier: Tier = 'FREE'): Assignment => ({
    jobId: JOB,
    goal: 'JAVASCRIPT_TO_TYPESCRIPT',
    goalText: '',
    entitlement: entitlement(tier),
    context,
  });
  return { tools, asked, json, read, text, context, assignment };
};

export const running: ReactorContext = {
  signal: new AbortController().signal,
  idempotencyKey: 'key-1',
  attempt: 1,
  cause: { messageId: 'm', correlationId: 'c', position: 1n },
};

export const only = (commands: readonly JobCommand[]): JobCommand => {
  const [first, ...rest] = commands;
  if (first === undefined || rest.length > 0) throw new Error(`one command expected, got ${commands.length}`);
  return first;
};

export const reasons = [{ code: 'X', path: 'index.js', line: 1, reason: 'It uses with.' }];
