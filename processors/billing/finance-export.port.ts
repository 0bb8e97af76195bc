import type { ExportFormat } from '../../domain/billing/periods.ts';

/** Writes books into files. */
export type BooksWriter = Readonly<{
  /**
   * Writes a version of a closed month where exports of this id stand, and tells meanwhile how many rows there are. Twice for the same
   * id is the same as once. Throws `Rejection` where it cannot be written as it is.
   */
  write(
    order: Readonly<{
      exportId: string;
      period: string;
      format: ExportFormat;
      version: number | null;
      requestedBy: string;
    }>,
  ): Promise<Readonly<{ version: number; rows: number; manifestSha256: string }>>;
}>;
