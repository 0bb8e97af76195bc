import type { CompleteExport, FailExport } from '../../domain/billing/finance-export.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { BooksWriter } from './finance-export.port.ts';
import type { WriteBooks } from './finance-export.ts';

/** The ledger follows the log in a moment. */
const PASSING = new Set(['LEDGER_BEHIND']);

/** Writes an export; what is refused for good is told as it is, everything else is tried again. */
export const writeBooksReactor = (
  books: BooksWriter,
  now: () => Date,
): Reactor<WriteBooks, CompleteExport | FailExport> => ({
  type: 'WriteBooks',
  maxAttempts: 8,
  async run({ data }) {
    const { exportId } = data;
    const at = (): string => now().toISOString();
    try {
      const written = await books.write(data);
      return [{ type: 'CompleteExport', data: { exportId, ...written, at: at() } }];
    } catch (error) {
      if (!isRejection(error) || PASSING.has(error.code)) throw error;
      const { code, message: detail } = error;
      return [{ type: 'FailExport', data: { exportId, code, detail, at: at() } }];
    }
  },
  giveUp: ({ data: { exportId } }, { code, message: detail }) => [
    { type: 'FailExport', data: { exportId, code, detail, at: now().toISOString() } },
  ],
});
