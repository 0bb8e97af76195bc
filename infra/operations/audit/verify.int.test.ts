import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditedLog, openAuditedLog } from '../../audit/testing/audited-log.ts';
import { verifyStored } from './verify.ts';

describe('the log held against the heads that the database keeps', () => {
  let audited: AuditedLog;
  beforeEach(async () => {
    audited = await openAuditedLog();
    await audited.append(40);
    await audited.publish();
    await audited.append(20);
    await audited.publish();
  });
  afterEach(() => audited.close());

  const verdict = () => verifyStored(audited.subject.pool);

  it('[OPS-06] [ES-07] is intact where nothing was changed, and says how much lies under a head', async () => {
    await audited.append(5);
    const found = await verdict();
    expect(found).toMatchObject({ intact: true, events: 65, covered: 60, heads_checked: 2, finding: null });
    expect(found.head?.tree_size).toBe(60);
  });

  it('[OPS-06] [ES-07] names the first event that was changed', async () => {
    await audited.owner.query(
      `UPDATE events SET data = '{}' WHERE seq = (SELECT seq FROM event_log WHERE position = 17)`,
    );
    expect(await verdict()).toMatchObject({
      intact: false,
      finding: { code: 'EVENT_CHANGED', position: 17, up_to: null },
    });
  });

  it('[OPS-06] [ES-07] does not believe a head that its key did not sign', async () => {
    await audited.owner.query(
      `UPDATE tree_heads SET root_hash = decode(repeat('ab', 32), 'hex') WHERE size = 40`,
    );
    expect(await verdict()).toMatchObject({
      intact: false,
      heads_checked: 1,
      finding: { code: 'HEAD_ROW_CHANGED', position: null, what: expect.stringContaining('40 events') },
    });
  });
});
