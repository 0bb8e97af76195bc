import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { appendNotes } from '../../event-store/contract/fixtures.ts';
import { openSubject, ownerClient, type PostgresSubject } from '../../event-store/postgres/testing.ts';
import { exportHead } from '../export-head.ts';
import { type HeadSigner, headSigner, newHeadKeyPem } from '../head-key.ts';
import { type LogTree, openLogTree } from '../log-tree.ts';
import type { TreeHead } from '../tree-head.ts';

export const ORIGIN = 'iama-test';

/** A log with a tree, a key and a folder for heads outside of the database. */
export type AuditedLog = Readonly<{
  subject: PostgresSubject;
  /** May do everything, as a superuser with all triggers off. */
  owner: pg.Client;
  tree: LogTree;
  signer: HeadSigner;
  folder: string;
  append(events: number, stream?: string): Promise<void>;
  publish(): Promise<TreeHead | null>;
  close(): Promise<void>;
}>;

const TABLES = ['events', 'event_log', 'tree_nodes', 'tree_heads', 'sequencer_rounds'];

export const openAuditedLog = async (): Promise<AuditedLog> => {
  const subject = await openSubject();
  const folder = await mkdtemp(join(tmpdir(), 'iama-heads-'));
  const signer = headSigner(newHeadKeyPem());
  const tree = openLogTree(subject.pool, { signer, origin: ORIGIN, now: () => new Date() });
  const owner = await ownerClient(subject.database);
  for (const table of TABLES) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  return {
    subject,
    owner,
    tree,
    signer,
    folder,
    async append(events, stream = 'accounts') {
      await appendNotes(subject.log, events, stream);
      await subject.settle();
    },
    publish: () => exportHead(folder, { tree, pool: subject.pool }),
    async close() {
      await owner.end();
      await subject.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
