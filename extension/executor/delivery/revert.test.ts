import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { revertJob } from './revert.ts';
import { apply, CRLF, change, freshProject, gitIn, home, project, tree, write } from './testing/project.ts';

freshProject();

describe('revert', () => {
  it('[DEL-04] refuses when nothing was applied', async () => {
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'BLOCKED', files: [] });
  });

  it('[DEL-04] refuses on drift, names the file, and puts nothing back', async () => {
    await apply();
    await write('package.json', '{"type":"module","edited":true}');
    const drifted = await tree();
    expect(await revertJob(home, 'job-1')).toMatchObject({
      status: 'BLOCKED',
      code: 'BASE_CONFLICT',
      files: ['package.json'],
    });
    expect(await tree()).toEqual(drifted);
  });

  it('[DEL-04] tells what a build made where the job had moved a file from what somebody changed', async () => {
    await apply();
    await write('index.js', 'built from index.ts');
    const reasonOf = async () => {
      const result = await revertJob(home, 'job-1');
      return result.status === 'BLOCKED' ? result.reason : result.status;
    };
    expect(await reasonOf()).toBe(
      'Nothing was put back. There again, as after a build, and to be removed first: index.js.',
    );
    await write('package.json', 'edited');
    expect(await reasonOf()).toContain('Changed since the apply: package.json. There again');
    expect(await readFile(join(project, 'index.js'), 'utf8')).toBe('built from index.ts');
  });

  it('[DEL-04] puts back bytes and modes, and only of touched files', async () => {
    const before = await tree();
    await apply();
    await write('other.txt', 'changed by the person');
    const result = await revertJob(home, 'job-1');
    expect(result).toMatchObject({ status: 'REVERTED' });
    expect(await tree()).toEqual({ ...before, '/other.txt': '100644 changed by the person' });
    expect(await revertJob(home, 'job-1')).toEqual(result);
  });

  it('[DEL-04] undoes several accepts of one job at once', async () => {
    const before = await tree();
    await apply([change('package.json', '{}', '{"a":1}')], 'exec-1');
    await apply([change('package.json', '{"a":1}', '{"a":2}')], 'exec-2');
    expect(await revertJob(home, 'job-1')).toEqual({ status: 'REVERTED', files: ['package.json'] });
    expect(await tree()).toEqual(before);
  });

  it('[DEL-04] after a commit it leaves a reverse patch that git applies', async () => {
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'legacy');
    await apply();
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'modern');
    const result = await revertJob(home, 'job-1');
    expect(result).toMatchObject({ status: 'BLOCKED', code: 'POST_COMMIT_REVERT_BLOCKED' });
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{"type":"module"}');
    gitIn('apply', result.status === 'BLOCKED' ? (result.reversePatch ?? '') : '');
    expect(await readFile(join(project, 'index.js'), 'utf8')).toBe(CRLF);
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{}');
    expect(await readdir(project)).not.toContain('index.ts');
  });

  it('[DEL-04] takes brackets in a name for what they are: other files may be committed', async () => {
    await write('pages/[ab].js', 'one');
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'before');
    expect(await apply([change('pages/[ab].js', 'one', 'two')])).toMatchObject({ status: 'APPLIED' });
    await write('pages/a.js', 'mine');
    gitIn('add', 'pages/a.js');
    gitIn('commit', '-qm', 'something else');
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
    expect(await readFile(join(project, 'pages/[ab].js'), 'utf8')).toBe('one');
  });

  it('[DEL-04] a commit of other files does not block it', async () => {
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'legacy');
    await apply();
    gitIn('commit', '-q', '--allow-empty', '-m', 'other');
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
  });
});
