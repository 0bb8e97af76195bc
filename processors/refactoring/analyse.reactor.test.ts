import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { base, call, JOB, proposal } from '../../domain/refactoring/job/testing/samples.ts';
import type { Tier } from '../../domain/refactoring/job/values.ts';
import { analyseReactor } from './analyse.reactor.ts';
import { bench, only, reasons, running } from './testing/bench.ts';

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

  it('[BIL-05] [LLM-09] tells of its call, and of nothing else, where what stops it overtook the answer', async () => {
    const { overtaken } = analyseReactor(bench(null).tools);
    const told = await run(analysed, 'ENTERPRISE').commands;
    expect(overtaken?.(told)).toEqual([]);
    const used = call({ stage: 'ANALYSE', inputTokens: 7 });
    const asked = told.map((command) =>
      'call' in command.data ? { ...command, data: { ...command.data, call: used } } : command,
    );
    expect(overtaken?.(asked as typeof told)).toEqual([
      { type: 'RecordFailedCall', data: { ...base, call: { ...used, outcome: 'HALTED' } } },
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
