import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { proposal } from '../../domain/refactoring/job/testing/samples.ts';
import { specifyReactor } from './specify.reactor.ts';
import { bench, only, running } from './testing/bench.ts';

describe('the specification', () => {
  const run = (output: Json) => {
    const given = bench(output);
    const analysis = given.json('ANALYSIS', { figures: 3 });
    const effect = {
      type: 'WriteSpecification',
      data: { ...given.assignment(), analysis, proposal: proposal('STANDARD'), testMode: 'BLACK_BOX' },
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
    expect(asked[0]).toMatchObject({
      strategy: 'STANDARD',
      inputs: { analysis: { figures: 3 }, testMode: 'BLACK_BOX' },
    });
  });
});
