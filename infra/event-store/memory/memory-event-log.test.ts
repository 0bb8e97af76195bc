import { emmettContract } from '../contract/emmett-contract.ts';
import { eventLogContract } from '../contract/event-log-contract.ts';
import { openMemoryEventLog } from './memory-event-log.ts';

const open = async () => ({
  log: openMemoryEventLog(),
  settle: async () => undefined,
  close: async () => undefined,
});

eventLogContract('in-memory event log', open);
emmettContract('in-memory event log', open);
