import pg from 'pg';

/** What a statement of ours names. One that names more goes the library's own way. */
const PLAIN = new Set(['name', 'text', 'values']);

const isConfig = (query: unknown): query is pg.QueryConfig =>
  typeof query === 'object' && query !== null && 'text' in query && !('submit' in query);

/**
 * The same statement as the query object that pg makes of it. pg 8.23 copies a configuration by the descriptors of its properties,
 * which costs 2.6 µs of the 29 that a prepared insert takes of the process (docs/performance.md); a text it takes as it is.
 */
const asQuery = ({ name, text, values }: pg.QueryConfig): pg.Query =>
  Object.assign(new pg.Query(text, values), { name });

/**
 * How a session of a pool takes its statements. `prepared`: by name, so that the server keeps their plans; else without, for a
 * proxy behind which the next one may meet another session of the server.
 */
export const takeStatements = (client: pg.PoolClient, prepared: boolean): void => {
  const { query } = client;
  const value = (first: unknown, ...rest: readonly unknown[]): unknown => {
    if (!isConfig(first)) return Reflect.apply(query, client, [first, ...rest]);
    const config = prepared ? first : { ...first, name: undefined };
    // Only the pool hands over a callback; whoever holds the session waits for the promise that pg makes.
    const [values, callback] = rest;
    const cheap =
      values === undefined &&
      typeof callback === 'function' &&
      Object.keys(config).every((key) => PLAIN.has(key));
    return Reflect.apply(query, client, [cheap ? asQuery(config) : config, ...rest]);
  };
  Object.defineProperty(client, 'query', { value });
};
