/** What an operator can look at that tells about people: of the log, of mails, of the books (OPS-02). */
export type LookedAt =
  | 'STREAM'
  | 'MOMENT'
  | 'JOB'
  | 'SEARCH'
  | 'REPLAY'
  | 'VERIFY'
  | 'WHAT_IF'
  | 'MAILS'
  | 'MAIL'
  | 'EXPORT_FILE'
  | 'RECONCILIATION';
