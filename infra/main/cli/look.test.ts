import { describe, expect, it } from 'vitest';
import { openMemoryEventLog } from '../../event-store/memory/memory-event-log.ts';
import { look } from './look.ts';
import type { Reading } from './open.ts';
import { operator } from './operator.ts';

const of = (log: unknown) => ({ log: log as Reading['log'] });
const failing = (code: string) =>
  of({
    append: async () => {
      throw Object.assign(new Error('no'), { code });
    },
  });

describe('a look from this machine', () => {
  it('[OPS-02] tells nothing where it cannot be recorded, but for a database that takes no writes', async () => {
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    await expect(look(failing('57P01'), 'JOB', 'j', tell)).rejects.toThrow('no');
    expect(told).toEqual([]);
    for (const code of ['25006', '42501']) await look(failing(code), 'JOB', 'j', tell);
    const line = 'This look is not recorded: the database takes no writes from here.';
    expect(told).toEqual([line, line]);
  });

  it('[OPS-02] [ES-13] is an event by the account of the system, without addresses of people', async () => {
    const log = openMemoryEventLog();
    await look(of(log), 'SEARCH', 'actor=ada@example.org');
    const { id } = operator();
    const { events } = await log.read(`log-reads-${id}`);
    expect(events.map(({ type, data }) => [type, data['by'], data['what'], data['subject']])).toEqual([
      ['LogRead', id, 'SEARCH', 'actor=[address]'],
    ]);
  });
});
