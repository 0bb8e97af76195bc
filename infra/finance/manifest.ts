import { hash, verify } from 'node:crypto';
import { z } from 'zod';
import { EXPORT_FORMATS } from '../../domain/billing/periods.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { HeadKeys, HeadSigner } from '../audit/head-key.ts';
import { checkHead, hashHex, treeHeadSchema } from '../audit/tree-head.ts';
import { ROW_SCHEMA } from './export-rows.ts';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 'iama-finance-manifest-1';

const period = z.string().regex(/^\d{4}-\d{2}$/);
const integer = z.string().regex(/^-?\d+$/);
const side = { debit: integer, credit: integer };

/** What is said of an export (BIL-14); the order of the fields is the order of what is signed. */
const statementSchema = z.strictObject({
  schema: z.literal('iama.finance-manifest/1'),
  /** Version 1 has the same columns, and less in three of them: what was given out then still verifies. */
  row_schema: z.enum(['iama.finance-rows/1', ROW_SCHEMA]),
  period,
  version: z.int().positive(),
  /** `BOOKED`: late items in the month of their booking. `EFFECTIVE`: a restatement, by dates. */
  basis: z.enum(['BOOKED', 'EFFECTIVE']),
  replaces: z.strictObject({ version: z.int().positive(), manifest_sha256: hashHex }).nullable(),
  previous: z.strictObject({ period, manifest_sha256: hashHex }).nullable(),
  format: z.enum(EXPORT_FORMATS),
  closed_at: z.string(),
  closed_by: z.string().describe('Id of the event'),
  /** Entries of the log before this position, and no others. */
  before_position: z.int().positive(),
  rows: z.int().min(0),
  first_position: z.int().positive().nullable(),
  last_position: z.int().positive().nullable(),
  currencies: z.array(z.strictObject({ currency: z.string(), ...side })),
  accounts: z.array(
    z.strictObject({
      account: z.string(),
      currency: z.string(),
      opening: integer,
      ...side,
      closing: integer,
    }),
  ),
  files: z.array(
    z.strictObject({
      name: z.string().regex(/^[\w-]+\.(csv|jsonl|parquet)$/),
      bytes: z.int().min(0),
      sha256: hashHex,
    }),
  ),
  /** The first that was signed over all of it; its key is that of the log. */
  tree_head: treeHeadSchema,
});
export type ManifestStatement = Readonly<z.infer<typeof statementSchema>>;

export const manifestSchema = statementSchema.extend({
  key_id: z.string().regex(/^[0-9a-f]{32}$/),
  signature: z.base64().length(88),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** The bytes that are signed: a line that names the format, then the JSON of the statement without white space. */
const textOf = (statement: ManifestStatement): string =>
  `${FORMAT}\n${JSON.stringify(statementSchema.strip().parse(statement))}`;

/** Hex SHA-256 of what is signed: the name of an export in the log and in the manifests that follow. */
export const manifestSha256 = (statement: ManifestStatement): string => hash('sha256', textOf(statement));

export const signManifest = (statement: ManifestStatement, signer: HeadSigner): Manifest => ({
  ...statement,
  key_id: signer.keyId,
  signature: signer.sign(textOf(statement)).toString('base64'),
});

/**
 * Throws `Rejection` EXPORT_KEY_UNKNOWN or MANIFEST_FORGED unless a trusted key signed exactly this, and those of
 * `checkHead` unless a trusted key signed the head in it.
 */
export const checkManifest = (manifest: Manifest, keys: HeadKeys): void => {
  const key = keys.get(manifest.key_id);
  if (key === undefined)
    throw new Rejection('EXPORT_KEY_UNKNOWN', 'The manifest is signed by a key that is not trusted.', {
      keyId: manifest.key_id,
    });
  const signature = Buffer.from(manifest.signature, 'base64');
  if (!verify(null, Buffer.from(textOf(manifest), 'utf8'), key, signature))
    throw new Rejection('MANIFEST_FORGED', 'The signature does not belong to this manifest.');
  checkHead(manifest.tree_head, keys);
  if (manifest.tree_head.tree_size < manifest.before_position)
    throw new Rejection('MANIFEST_FORGED', 'The head does not cover the period.');
};
