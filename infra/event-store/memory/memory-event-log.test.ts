import { eventLogContract } from '../contract/event-log-contract.ts';
import { openMemoryEventLog } from './memory-event-log.ts';

eventLogContract('in-memory event log', async () => ({
  log: openMemoryEventLog(),
  settle: async () => undefined,
  close: async () => undefined,
}));
