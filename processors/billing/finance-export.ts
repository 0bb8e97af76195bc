import type { ExportRequested } from '../../domain/billing/finance-export.ts';
import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';

export type WriteBooks = Effect<'WriteBooks', ExportRequested['data']>;

/** Has each export written that an operator asked for (BIL-14). */
export const financeExports: ProcessManager<null, ExportRequested, never, WriteBooks> = {
  name: 'finance-export',
  revision: 1,
  handles: ['ExportRequested'],
  correlate: (event) => event.data.exportId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data }) => [{ kind: 'effect', key: 'write', effect: { type: 'WriteBooks', data } }],
};
