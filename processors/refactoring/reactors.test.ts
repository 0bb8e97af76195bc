import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import type { Json } from '../../domain/kernel/message.ts';
import type { ReactorContext } from '../../domain/kernel/reactor.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import {
  AT,
  artifact,
  base,
  call,
  entitlement,
  JOB,
  proposal,
  specification,
} from '../../domain/refactoring/job/testing/samples.ts';
import type { ArtifactRef, Tier } from '../../domain/refactoring/job/values.ts';
import { analyseReactor } from './analyse.reactor.ts';
import type { Assignment, GeneratePatch } from './effects.ts';
import { generatePatchReactor } from './generate-patch.reactor.ts';
import type { ModelRequest } from './model-router.port.ts';
import { packageRecoveryReactor } from './package-recovery.reactor.ts';
import { planTestsReactor } from './plan-tests.reactor.ts';
import type { ReactorTools } from './question.ts';
import { specifyReactor } from './specify.reactor.ts';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const encoder = new TextEncoder();
const SOURCE = 'module.exports = 1;\n';

/** Artifacts in memory and a router that gives one answer and remembers what it was asked. */
const bench = (output: Json | Error) => {
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

const running: ReactorContext = {
  signal: new AbortController().signal,
  idempotencyKey: 'key-1',
  attempt: 1,
  cause: { messageId: 'm', correlationId: 'c', position: 1n },
};

const only = (commands: readonly JobCommand[]): JobCommand => {
  const [first, ...rest] = commands;
  if (first === undefined || rest.length > 0) throw new Error(`one command expected, got ${commands.length}`);
  return first;
};

const reasons = [{ code: 'X', path: 'index.js', line: 1, reason: 'It uses with.' }];
const { proposalId: _id, ...draft } = proposal('STANDARD');
const analysed = {
  status: 'ANALYSED',
  analysis: { files: 1 },
  proposals: (['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'] as const).map((strategy) => ({
    ...draft,
    strategy,
    filesTouched: ['index.js', '../../etc/passwd'],
  })),
  notes: ['a note'],
};

describe('the analysis', () => {
  const run = (output: Json | Error, tier: Tier = 'FREE') => {
    const given = bench(output);
    const effect = { type: 'AnalyseCode', data: given.assignment(tier) } as const;
    return { ...given, commands: analyseReactor(given.tools).run(effect, running) };
  };

  it('[SEC-17] ends as our failure when the answer breaks its schema, and records the call', async () => {
    const two = { ...analysed, proposals: analysed.proposals.slice(1) };
    for (const output of [null, {}, two, { ...analysed, proposals: Array(3).fill(analysed.proposals[0]) }])
      expect(only(await run(output as Json).commands)).toMatchObject({
        type: 'ReportInfraFailure',
        data: { stage: 'AnalyseCode', call: { outcome: 'SCHEMA_VIOLATION' } },
      });
  });

  it('[JOB-01] refuses the job with the reasons of the analysis', async () => {
    expect(only(await run({ status: 'REFUSED', reasons }).commands)).toEqual({
      type: 'RefuseJob',
      data: { ...base, call: call({ stage: 'ANALYSE', outcome: 'REFUSED' }), reasons },
    });
  });

  it('[SPC-01] offers three proposals that name only files of the job, under ids that a second run gives again', async () => {
    const first = run(analysed);
    const command = only(await first.commands);
    expect(command).toMatchObject({
      type: 'RecordProposals',
      data: { notes: ['a note'], proposals: [{ filesTouched: ['index.js'] }, {}, {}] },
    });
    expect(only(await run(analysed).commands)).toEqual(command);
    expect(command.type === 'RecordProposals' && first.read(command.data.analysis)).toEqual({
      schema: 'iama.analysis/1',
      files: 1,
      left: [],
    });
    expect(first.asked).toMatchObject([{ stage: 'ANALYSE', modelClass: 'L0', idempotencyKey: 'key-1' }]);
  });

  it('[SPC-04] reports the scope first for ENTERPRISE', async () => {
    const commands = await run(analysed, 'ENTERPRISE').commands;
    expect(commands.map(({ type }) => type)).toEqual(['RecordScopeAnalysis', 'RecordProposals']);
  });

  it('[ES-12] lets the runtime try again what may pass, ends what will not', async () => {
    await expect(run(new Error('gateway down')).commands).rejects.toThrow('gateway down');
    expect(only(await run(new Rejection('ENTITLEMENT_DENIED', 'no')).commands)).toMatchObject({
      type: 'ReportInfraFailure',
      data: { reason: 'ENTITLEMENT_DENIED: no', code: 'ENTITLEMENT_DENIED' },
    });
    const { tools, assignment } = bench(null);
    const reactor = analyseReactor(tools);
    const failure = { code: 'EFFECT_FAILED', message: 'down', attempts: 4 };
    expect(reactor.giveUp({ type: 'AnalyseCode', data: assignment() }, failure)).toEqual([
      {
        type: 'ReportInfraFailure',
        data: { ...base, stage: 'AnalyseCode', reason: 'EFFECT_FAILED: down', code: 'EFFECT_FAILED' },
      },
    ]);
  });

  it('[JOB-05] is stopped by what makes it pointless, for its own job only', () => {
    const { tools, assignment } = bench(null);
    const { cancelledBy } = analyseReactor(tools);
    const effect = { type: 'AnalyseCode', data: assignment() } as const;
    const [own, other] = history('job', [
      { type: 'ClientHeartbeatMissed', data: { jobId: JOB } },
      { type: 'ClientHeartbeatMissed', data: { jobId: 'another' } },
    ]);
    if (own === undefined || other === undefined) throw new Error('two events expected');
    expect(cancelledBy?.handles).toContain('ClientHeartbeatMissed');
    expect(cancelledBy?.matches(own, effect)).toBe(true);
    expect(cancelledBy?.matches(other, effect)).toBe(false);
  });
});

describe('the specification', () => {
  const run = (output: Json) => {
    const given = bench(output);
    const analysis = given.json('ANALYSIS', { figures: 3 });
    const effect = {
      type: 'WriteSpecification',
      data: { ...given.assignment(), analysis, proposal: proposal('STANDARD') },
    } as const;
    return { ...given, commands: specifyReactor(given.tools).run(effect, running) };
  };
  const bdd = [{ given: 'g', when: 'w', then: 't' }];
  const sdd = [{ topic: 'TYPES', statement: 's' }];

  it('[SEC-17] ends as our failure when the answer breaks its schema', async () => {
    for (const output of [
      { status: 'SPECIFIED', bdd: [], sdd },
      { status: 'SPECIFIED', bdd, sdd: [{ topic: 'X' }] },
    ])
      expect(only(await run(output as Json).commands)).toMatchObject({
        type: 'ReportInfraFailure',
        data: { call: { outcome: 'SCHEMA_VIOLATION' } },
      });
  });

  it('[SPC-02] drafts numbered items with their hash, from the stored analysis', async () => {
    const { commands, asked, tools } = run({ status: 'SPECIFIED', bdd, sdd });
    const written = {
      bdd: [{ id: 'bdd-1', given: 'g', when: 'w', then: 't' }],
      sdd: [{ id: 'sdd-1', topic: 'TYPES' as const, statement: 's' }],
    };
    expect(only(await commands)).toMatchObject({
      type: 'RecordSpecDraft',
      data: { specification: written, specHash: tools.specHash(written) },
    });
    expect(asked[0]).toMatchObject({ strategy: 'STANDARD', inputs: { analysis: { figures: 3 } } });
  });
});

describe('the test plan', () => {
  const run = (output: Json) => {
    const given = bench(output);
    const effect = {
      type: 'PlanTests',
      data: { ...given.assignment(), proposal: proposal('STANDARD'), specification },
    } as const;
    return { ...given, commands: planTestsReactor(given.tools).run(effect, running) };
  };
  const plan = {
    mode: 'CHARACTERISATION',
    runner: 'node:test',
    files: [{ path: '.iama/tests/cases.mjs', text: '' }],
    subjects: [{ module: 'index.js', cases: 4 }],
    modules: ['index.js'],
    confidence: 80,
    uncovered: [],
  };

  it.each(['index.js', '.iama/tests/../../x.mjs', '/etc/passwd', '.iama/other.mjs'])(
    '[SEC-16] takes no test file at %s',
    async (path) => {
      const output = { status: 'PLANNED', plan: { ...plan, files: [{ path, text: '' }] }, cases: 4 };
      expect(only(await run(output).commands)).toMatchObject({ type: 'ReportInfraFailure' });
    },
  );

  it('[TST-01] refuses the job when nothing can be exercised', async () => {
    expect(only(await run({ status: 'REFUSED', reasons }).commands)).toMatchObject({ type: 'RefuseJob' });
  });

  it('[TST-01] records the plan and asks for the baseline under a fixed id', async () => {
    const { commands, read } = run({ status: 'PLANNED', plan, cases: 4 });
    const command = only(await commands);
    expect(command).toMatchObject({
      type: 'RecordTestPlan',
      data: { mode: 'CHARACTERISATION', subjects: 1, cases: 4, confidence: 80 },
    });
    expect(only(await run({ status: 'PLANNED', plan, cases: 4 }).commands)).toEqual(command);
    expect(command.type === 'RecordTestPlan' && read(command.data.plan)).toEqual({
      schema: 'iama.test-plan/1',
      ...plan,
    });
  });
});

describe('the patch', () => {
  const rename = {
    op: 'RENAME_FILE',
    path: 'index.js',
    baseSha256: sha256(SOURCE),
    to: 'index.ts',
    content: 'export default 1;\n',
  };
  const patched = (edits: readonly Json[], more: Readonly<Record<string, Json>> = {}): Json => ({
    status: 'PATCHED',
    patch: { schema: 'iama.patch/1', edits },
    summary: 'one file',
    ...more,
  });
  const run = (output: Json | Error, past: GeneratePatch['data']['past'] = []) => {
    const given = bench(output);
    const effect = {
      type: 'GeneratePatch',
      data: {
        ...given.assignment(),
        attempt: 2,
        modelClass: 'L1',
        proposal: proposal('STANDARD'),
        specification,
        past,
      },
    } as const;
    return { ...given, commands: generatePatchReactor(given.tools).run(effect, running) };
  };

  it.each([
    ['climbs out', { ...rename, to: '../index.ts' }],
    ['touches the tests', { ...rename, to: '.iama/tests/cases.mjs' }],
    ['touches git', { op: 'WRITE_FILE', path: '.git/config', baseSha256: null, content: '' }],
    ['touches a file that was not sent', { ...rename, path: 'other.js' }],
    ['has no edit that is known', { op: 'EXEC', path: 'index.js' }],
  ])('[SEC-16] is rejected when it %s', async (_name, edit) => {
    expect(only(await run(patched([edit])).commands)).toMatchObject({
      type: 'RecordPatchFailure',
      data: { attempt: 2, failureClass: 'SCHEMA_VIOLATION', call: { outcome: 'SCHEMA_VIOLATION' } },
    });
  });

  it('[BIL-08] is asked for before it is dispatched, where the budget does not cover it', async () => {
    const reached = new Rejection('BUDGET_REACHED', 'no more');
    expect(only(await run(reached).commands)).toMatchObject({
      type: 'ReportBudgetReached',
      data: { jobId: JOB },
    });
  });

  it('[JOB-07] says why when it is refused', async () => {
    expect(only(await run({ status: 'REFUSED', reasons }).commands)).toMatchObject({
      type: 'RecordPatchFailure',
      data: { failureClass: 'REFUSED', reason: 'It uses with.' },
    });
  });

  it('[LLM-10] is stored with the report of its making', async () => {
    const more = { report: { anyPositions: 1 }, recipe: { disabledSteps: [] } };
    const { commands, read, asked } = run(patched([rename], more));
    const command = only(await commands);
    expect(command).toMatchObject({
      type: 'RecordPatch',
      data: { attempt: 2, filesTouched: ['index.js', 'index.ts'], summary: 'one file' },
    });
    expect(command.type === 'RecordPatch' && read(command.data.patch)).toEqual({
      schema: 'iama.patch/1',
      edits: [rename],
      ...more,
    });
    expect(asked[0]).toMatchObject({ stage: 'PATCH', modelClass: 'L1', attempt: 2 });
  });

  it('[JOB-07] of a further attempt is asked for with what was tried and how it failed', async () => {
    const given = bench(patched([rename]));
    const recipe = { disabledSteps: ['CLASSES'] };
    const patch = given.json('PATCH', { schema: 'iama.patch/1', edits: [rename], report: null, recipe });
    const report = given.json('TEST_REPORT', { counts: { failed: 1 } });
    const past = [{ attempt: 1, modelClass: 'L0', patch, report, rejection: null }] as const;
    const effect = {
      type: 'GeneratePatch',
      data: {
        ...given.assignment(),
        attempt: 2,
        modelClass: 'L1',
        proposal: proposal('STANDARD'),
        specification,
        past,
      },
    } as const;
    await generatePatchReactor(given.tools).run(effect, running);
    expect(given.asked[0]).toMatchObject({
      stage: 'REPAIR',
      inputs: { past: [{ attempt: 1, modelClass: 'L0', recipe, report: { counts: { failed: 1 } } }] },
    });
  });
});

describe('the recovery', () => {
  const rename = {
    op: 'RENAME_FILE',
    path: 'index.js',
    baseSha256: sha256(SOURCE),
    to: 'index.ts',
    content: 'export = 1;\n',
  };
  const run = (edits: readonly Json[] | 'expired' | 'swept' | 'none') => {
    const given = bench(null);
    const stored = (): ArtifactRef =>
      typeof edits === 'string' ? artifact('PATCH') : given.json('PATCH', { schema: 'iama.patch/1', edits });
    const data = { jobId: JOB, context: given.context, patch: edits === 'none' ? null : stored() };
    const swept = async (): Promise<never> => {
      throw new Rejection('ARTIFACT_NOT_FOUND', 'gone');
    };
    const { artifacts } = given.tools;
    const tools =
      edits === 'swept' ? { ...given.tools, artifacts: { ...artifacts, get: swept } } : given.tools;
    return {
      ...given,
      commands: packageRecoveryReactor(tools).run({ type: 'PackageRecovery', data }, running),
    };
  };

  it('[JOB-01] does not fail for a patch that is gone, was never made or does not apply', async () => {
    for (const patch of ['expired', 'swept', 'none', [{ ...rename, baseSha256: sha256('other') }]] as const)
      expect(only(await run(patch).commands)).toEqual({
        type: 'CompleteRecovery',
        data: { ...base, partialPatch: null, restored: true },
      });
  });

  it('[INT-03] packs the newest patch as a diff that a person can read', async () => {
    const { commands, text } = run([
      rename,
      { op: 'WRITE_FILE', path: 'tsconfig.json', baseSha256: null, content: '{}\n' },
    ]);
    const command = only(await commands);
    if (command.type !== 'CompleteRecovery' || command.data.partialPatch === null)
      throw new Error('a packed patch is expected');
    const diff = text(command.data.partialPatch);
    expect(diff).toContain('-module.exports = 1;');
    expect(diff).toContain('+export = 1;');
    expect(diff).toContain('rename to index.ts');
    expect(diff).toContain('+{}');
    expect(diff.match(/^diff --git/gm)).toHaveLength(2);
  });
});
