import type { ClientBase, Pool } from 'pg';

/** Where the read tables are. */
export type Db = Pick<Pool | ClientBase, 'query'>;
