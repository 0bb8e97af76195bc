import { emmettContract } from '../contract/emmett-contract.ts';
import { eventLogContract } from '../contract/event-log-contract.ts';
import { openSubject } from './testing.ts';

eventLogContract('Postgres event log', () => openSubject());
eventLogContract('Postgres event log, one statement per append', () => openSubject({ coalesce: false }));
eventLogContract('Postgres event log, polling', () => openSubject({ listen: false }));
emmettContract('Postgres event log', () => openSubject());
