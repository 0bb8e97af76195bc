import { rename } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { journalsOf, setPhase } from '../delivery/journal.ts';
import { apply, freshProject, home, project, tree } from '../delivery/testing/project.ts';
import { cleanUp } from './follow.ts';
import { createOutput } from './output.ts';

freshProject();

/** What a start says. */
const told = async (): Promise<string> => {
  let text = '';
  const stream = {
    isTTY: false,
    write: (part: string | Uint8Array): boolean => {
      text += String(part);
      return true;
    },
  };
  await cleanUp(home, createOutput({ json: false, stdout: stream, stderr: stream, env: {} }));
  return text;
};

it('[DEL-02] says of an interrupted change that its project is gone, and that it was undone once it is back', async () => {
  const before = await tree();
  await apply();
  const [journal] = await journalsOf(home, 'job-1');
  if (journal === undefined) throw new Error('an apply writes a journal');
  await setPhase(home, journal, 'PREPARED');
  await rename(project, `${project}-moved`);
  const gone = await told();
  expect(gone).toContain(`A change in ${project} was interrupted, and that folder is not there now`);
  expect(gone).toContain(home.path('journal', 'job-1'));
  expect(gone).not.toContain('was undone');
  await rename(`${project}-moved`, project);
  expect(await told()).toContain(`An interrupted change in ${project} was undone.`);
  expect(await tree()).toEqual(before);
  expect(await told()).toBe('');
});
