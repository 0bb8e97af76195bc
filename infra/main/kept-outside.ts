import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Erasure } from '../../commands/identity/services.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import type { KeptMails } from '../../read-api/kernel/mails.ts';
import { folderArtifactStore } from '../artifacts/folder-store.ts';
import { keyring } from '../artifacts/keyring.ts';
import { erasure } from '../erasure/erase-subject.ts';
import { folderSubjectKeys, type SubjectKeys } from '../erasure/subject-keys.ts';
import type { Secrets } from '../identity/secrets.ts';
import { emlFilesTo } from '../mail/eml-folder.ts';
import { keptMails } from '../mail/kept-mails.ts';
import type { Config } from './config.ts';

/** What a data folder keeps of people and jobs outside the log. */

type Folder = Pick<Config, 'dataFolder'>;

export const subjectKeysOf = ({ dataFolder }: Folder): SubjectKeys =>
  folderSubjectKeys(join(dataFolder, 'subject-keys'));

export const mailFolderOf = ({ dataFolder }: Folder): string => join(dataFolder, 'mail');

/** null: a mail server takes them. */
export const keptMailsOf = (config: Pick<Config, 'dataFolder' | 'smtp'>): KeptMails | null =>
  config.smtp === null ? keptMails(mailFolderOf(config)) : null;

export const artifactsOf = ({ dataFolder }: Folder, secrets: Secrets): ArtifactStore =>
  folderArtifactStore({
    root: join(dataFolder, 'artifacts'),
    keyring: keyring('master-1', { 'master-1': secrets.artifactKey }),
  });

export const erasureOf = (
  folder: Folder,
  parts: Readonly<{
    pool: Pool;
    artifacts: ArtifactStore;
    emailOf: (userId: string) => Promise<string | null>;
  }>,
): Erasure =>
  erasure({
    ...parts,
    keys: subjectKeysOf(folder),
    mailsTo: (address) => emlFilesTo(mailFolderOf(folder), address),
  });
