import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/**
 * Everything that a server keeps, as text: each row of each table, as a dump has it, and each file of its data folder.
 * `except`: folders of the data folder that hold what is looked for by right.
 */
export const everythingKept = async (
  query: <Row extends pg.QueryResultRow>(sql: string) => Promise<Row[]>,
  dataFolder: string,
  except: readonly string[] = [],
): Promise<string> => {
  const tables = await query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables)
    parts.push(JSON.stringify(await query(`select to_jsonb(one) as row from ${name} as one`)));
  const files = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const kept = except.map((name) => join(dataFolder, name));
  for (const file of files.filter((entry) => entry.isFile() && !kept.includes(entry.parentPath)))
    parts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
  return parts.join('\n');
};
