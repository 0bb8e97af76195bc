import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pool } from 'pg';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { exportHead } from '../../audit/export-head.ts';
import { headOfSize, headsFile, keysOfFolder, leavesFolder, readHeads } from '../../audit/head-folder.ts';
import { type HeadKeys, type HeadSigner, headKeys } from '../../audit/head-key.ts';
import { type LogTree, openLogTree } from '../../audit/log-tree.ts';
import { checkConsistency, checkInclusion, consistencySchema, inclusionSchema } from '../../audit/proof.ts';
import { listHeads, storedKeys } from '../../audit/stored-heads.ts';
import { checkHead, isSigned, type TreeHead } from '../../audit/tree-head.ts';
import { type Finding, type Verified, verifyLog } from '../../audit/verify-log.ts';
import { keyFiles } from '../../operations/key-files.ts';
import { liveRules } from '../../operations/operating-rules.ts';
import { createPool } from '../../postgres/pool.ts';
import type { Config } from '../config.ts';
import { knownHeadSigner } from '../head-signer.ts';
import { namedHeadSigner } from '../named-keys.ts';
import { ownConfig, type Reading } from './open.ts';

const STORED_HEADS = 1_000;

type Signing = Pick<Reading, 'log' | 'keysFolder'>;

const signerOf = async ({ log, keysFolder }: Signing, config: Config) =>
  namedHeadSigner(keyFiles(keysFolder, liveRules(log)), await knownHeadSigner(config));

export const treeOf = async (config: Config, reading: Signing & Pick<Reading, 'pool'>): Promise<LogTree> =>
  openLogTree(reading.pool, {
    signer: await signerOf(reading, config),
    origin: config.tokens.issuer,
    now: () => new Date(),
  });

/** Throws `Rejection` TREE_KEY_MISSING on a machine that signs nothing. */
export const knownSigner = async (config: Config, reading: Signing): Promise<HeadSigner> => {
  const signer = await (await signerOf(reading, config))();
  if (signer === null)
    throw new Rejection('TREE_KEY_MISSING', 'There is no key to sign heads with on this machine.');
  return signer;
};

const readKeys = async (path: string): Promise<HeadKeys> => headKeys(await readFile(path, 'utf8'));

type Published = Readonly<{
  heads: readonly TreeHead[];
  keys: HeadKeys;
  leaves: string | null;
  source: string;
}>;

/** Heads to hold the log against: those of a file, else of the folder outside of the database, else of the database. */
const publishedHeads = async (
  { folder }: Config['tree'],
  pool: Pool,
  given: Readonly<{ head?: string; key?: string }>,
): Promise<Published> => {
  const path = given.head ?? headsFile(folder);
  if (given.head === undefined && !existsSync(path)) {
    const heads = (await listHeads(pool, STORED_HEADS, null)).reverse();
    const keys = given.key === undefined ? await storedKeys(pool) : await readKeys(given.key);
    return { heads, keys, leaves: null, source: 'the database itself' };
  }
  // Leaves are believed only when they lead to the head, so those of this machine will do.
  const [beside = folder] = [dirname(path), folder].filter((place) => existsSync(leavesFolder(place)));
  const withKeys = existsSync(`${dirname(path)}/keys`) ? dirname(path) : folder;
  const keys = given.key === undefined ? await keysOfFolder(withKeys) : await readKeys(given.key);
  return { heads: await readHeads(path), keys, leaves: leavesFolder(beside), source: path };
};

/**
 * A head in the database that its key did not sign. Rows by keys that are not trusted here, such as a later one, say
 * nothing either way: whoever gets them refuses them.
 */
const forgedRow = (rows: readonly TreeHead[], keys: HeadKeys): Finding | null => {
  const forged = rows.findLast((row) => keys.has(row.key_id) && !isSigned(row, keys));
  if (forged === undefined) return null;
  const what = `the stored head of ${forged.tree_size} events is not what was signed`;
  return { code: 'HEAD_ROW_CHANGED', position: null, upTo: null, what };
};

export type LogVerdict = Verified & Readonly<{ head: TreeHead | null; source: string }>;

/**
 * Reads the whole log and holds it against published heads (ES-07). Throws `Rejection` TREE_KEY_UNKNOWN or TREE_HEAD_FORGED
 * when a head is not what a trusted key signed.
 */
export const verifyTree = async (
  { pool, connectionString }: Reading,
  given: Readonly<{ head?: string; key?: string }>,
  onProgress?: (events: number) => void,
): Promise<LogVerdict> => {
  const { heads, keys, leaves, source } = await publishedHeads(ownConfig().tree, pool, given);
  for (const head of heads) checkHead(head, keys);
  const forged = forgedRow(await listHeads(pool, STORED_HEADS, null), keys);
  const unhurried = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
  try {
    const verified = await verifyLog(unhurried, {
      heads,
      leaves,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    return { ...verified, finding: verified.finding ?? forged, head: heads.at(-1) ?? null, source };
  } finally {
    await unhurried.end();
  }
};

/** Signs the log as it is now and puts the head into the folder outside of the database. */
export const publishNow = async (reading: Reading): Promise<TreeHead> => {
  const config = ownConfig();
  await knownSigner(config, reading);
  const tree = await treeOf(config, reading);
  const head = await exportHead(config.tree.folder, { tree, pool: reading.pool });
  return head ?? tree.publish();
};

export const provePositions = async (reading: Reading, positions: readonly number[]) =>
  (await treeOf(ownConfig(), reading)).prove(positions);

export const proveConsistent = async (reading: Reading, from: number, to?: number) =>
  (await treeOf(ownConfig(), reading)).proveConsistency(from, to);

const unreadable = (path: string): Rejection =>
  new Rejection('PROOF_UNREADABLE', `${path} holds no proof that this version knows.`);

/**
 * Checks a proof with nothing but files: no database, no server. `older` is a file with the head that a consistency proof starts from.
 * Answers what is proven; throws `Rejection` when it is not.
 */
export const checkProofFile = async (
  path: string,
  given: Readonly<{ key: string; older?: string }>,
): Promise<string> => {
  const keys = await readKeys(given.key);
  const text = await readFile(path, 'utf8');
  const parsed = inclusionSchema.or(consistencySchema).safeParse(
    ((): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // Said below, as for any other text.
        return null;
      }
    })(),
  );
  if (!parsed.success) throw unreadable(path);
  const proof = parsed.data;
  const log = `the log of ${proof.head.tree_size} events that key ${proof.head.key_id} signed at ${proof.head.signed_at}`;
  if (proof.schema === 'iama.inclusion/1') {
    checkInclusion(proof, keys);
    const positions = proof.proofs.map(({ position }) => position).join(', ');
    return proof.proofs.length === 1
      ? `Position ${positions} is in ${log}.`
      : `Positions ${positions} are in ${log}.`;
  }
  const older = given.older === undefined ? null : await headOfSize(given.older, proof.from_size);
  if (older === null)
    throw new Rejection(
      'TREE_HEAD_NOT_FOUND',
      `Name a file with the head of ${proof.from_size} events with --head: the proof starts from it.`,
    );
  checkConsistency(older, proof, keys);
  return `The first ${older.tree_size} events are unchanged in ${log}.`;
};
