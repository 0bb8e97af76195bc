import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { auditEnvironment } from './open.ts';

const theirs = {
  HOME: '/nowhere',
  DATABASE_URL: 'postgres://owner:secret@db.example.org/shop',
  DATABASE_OWNER_URL: 'postgres://owner:secret@db.example.org/shop',
  DATABASE_DIRECT_URL: 'postgres://owner:secret@db.example.org/shop',
  PORT: 'not a port',
  NODE_ENV: 'production',
};

describe('the database that audit and replay read', () => {
  it('[OPS-06] is never the one that is exported for the project under work', () => {
    expect(readConfig(auditEnvironment(theirs)).database).toBeNull();
  });

  it('[OPS-06] is the one of IAMA_DATABASE_URL where that is set', () => {
    const url = 'postgres://reader@db.example.org/iama';
    const { database } = readConfig(auditEnvironment({ ...theirs, IAMA_DATABASE_URL: url }));
    expect(database).toEqual({ url, ownerUrl: url, directUrl: url });
  });

  it('[ES-05] is that of IAMA_DATABASE_OWNER_URL for its owner, and no other where that stands alone', () => {
    const url = 'postgres://reader@db.example.org/iama';
    const ownerUrl = 'postgres://owner@db.example.org/iama';
    const databaseOf = (own: Record<string, string>) =>
      readConfig(auditEnvironment({ ...theirs, ...own })).database;
    const both = { IAMA_DATABASE_URL: url, IAMA_DATABASE_OWNER_URL: ownerUrl };
    expect(databaseOf(both)).toEqual({ url, ownerUrl, directUrl: url });
    const alone = { IAMA_DATABASE_OWNER_URL: ownerUrl };
    expect(databaseOf(alone)).toEqual({ url: ownerUrl, ownerUrl, directUrl: ownerUrl });
  });

  it('[OPS-13] is that which a file names, of the owner too, and no other where that stands alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'iama-open-'));
    const [file, ownerFile] = [join(folder, 'url'), join(folder, 'owner-url')];
    const url = 'postgres://reader@db.example.org/iama';
    const ownerUrl = 'postgres://owner@db.example.org/iama';
    await Promise.all([writeFile(file, `${url}\n`), writeFile(ownerFile, `${ownerUrl}\n`)]);
    const databaseOf = (own: Record<string, string>) =>
      readConfig(auditEnvironment({ ...theirs, ...own })).database;
    const both = { IAMA_DATABASE_URL_FILE: file, IAMA_DATABASE_OWNER_URL_FILE: ownerFile };
    expect(databaseOf(both)).toEqual({ url, ownerUrl, directUrl: url });
    const alone = { IAMA_DATABASE_OWNER_URL_FILE: ownerFile };
    expect(databaseOf(alone)).toEqual({ url: ownerUrl, ownerUrl, directUrl: ownerUrl });
    await rm(folder, { recursive: true });
  });

  it('[OPS-06] is that of the data folder which the environment names', () => {
    const { dataFolder } = readConfig(auditEnvironment({ ...theirs, IAMA_DATA_DIR: '/srv/iama' }));
    expect(dataFolder).toBe('/srv/iama');
  });
});
