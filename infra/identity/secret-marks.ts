import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import type { Secrets } from './secrets.ts';

/**
 * Each of them was used for what another one cannot read: people could not sign in and jobs would find their artifacts
 * damaged, and nobody would know why. Signing keys are not among them, because they rotate.
 */
const MARKED = ['passwordPepper', 'emailIndexKey', 'emailSealKey', 'artifactKey'] as const;
type Marked = Pick<Secrets, (typeof MARKED)[number]>;

const markOf = (key: Uint8Array, name: string): Buffer =>
  createHmac('sha256', key).update(`mark of ${name}`).digest();

/**
 * Compares the secrets with those that this database began with; the first process writes their marks.
 * @throws Error naming every secret that is another one (ID-04).
 */
export const checkSecrets = async (pool: Pick<Pool, 'query'>, secrets: Marked): Promise<void> => {
  const marks = new Map<string, Buffer>(MARKED.map((name) => [name, markOf(secrets[name], name)]));
  await pool.query(
    `insert into secret_marks (name, mark) select * from unnest($1::text[], $2::bytea[])
     on conflict (name) do nothing`,
    [[...marks.keys()], [...marks.values()]],
  );
  const { rows } = await pool.query<{ name: string; mark: Buffer }>('select name, mark from secret_marks');
  const others = rows.filter(({ name, mark }) => marks.get(name)?.equals(mark) === false);
  if (others.length > 0)
    throw new Error(
      `not the secrets that this database was begun with: ${others.map(({ name }) => name).join(', ')}`,
    );
};
