import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processToken } from '../native-runner/processes.ts';
import { releaseLock, takeLock } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** No process: this one's id, begun at another time. */
const DEAD = `${process.pid}.1`;

/** Tries to take every lock in turn, all processes at the same moment, and lives until all have tried. */
const RACER = `
  import { takeLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
  const [folder, rounds, begin] = [process.argv[1], Number(process.argv[2]), Number(process.argv[3])];
  const taken = [];
  for (let round = 0; round < rounds; round++) {
    while (Date.now() < begin + round * 30);
    taken.push(await takeLock(folder + '/' + round + '.lock'));
  }
  process.stdout.write(JSON.stringify(taken));
  await new Promise((resolve) => process.stdin.on('end', resolve).resume());
`;

const race = async (racers: number, rounds: number): Promise<readonly (readonly boolean[])[]> => {
  const begin = String(Date.now() + 2_000);
  const children = Array.from({ length: racers }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', RACER, folder, String(rounds), begin], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const said = children.map(
    ({ stdout }) => new Promise<string>((resolve) => stdout.once('data', (data) => resolve(String(data)))),
  );
  const ends = children.map(({ stdout }) => text(stdout));
  const answers = await Promise.all(said);
  for (const { stdin } of children) stdin.end();
  await Promise.all(ends);
  return answers.map((answer) => JSON.parse(answer));
};

describe('a lock', () => {
  it('[EXE-07] that cannot be read is an error, and not a free one', async () => {
    const path = join(folder, 'job.lock');
    await mkdir(path);
    await expect(takeLock(path)).rejects.toThrow('EISDIR');
    expect(await readdir(folder)).toEqual(['job.lock']);
  });

  it('[EXE-07] is held by one, released, and taken over from a dead owner and from none', async () => {
    const path = join(folder, 'job.lock');
    expect(await takeLock(path)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(processToken());
    expect(await takeLock(path)).toBe(false);
    await releaseLock(path);
    expect(await takeLock(path)).toBe(true);
    for (const dead of [DEAD, '', 'not a token', '-1.1']) {
      await writeFile(path, dead);
      expect(await takeLock(path)).toBe(true);
    }
    expect(await readdir(folder)).toEqual(['job.lock']);
  });

  it('[EXE-07] goes on where the one that was taking it over died too', async () => {
    const path = join(folder, 'job.lock');
    await writeFile(path, DEAD);
    await writeFile(`${path}.takeover`, DEAD);
    expect(await takeLock(path)).toBe(true);
    expect(await readdir(folder)).toEqual(['job.lock']);
  });

  it('[EXE-07] of a dead owner is taken by exactly one of many processes, every time', async () => {
    const rounds = 60;
    for (let round = 0; round < rounds; round++) await writeFile(join(folder, `${round}.lock`), DEAD);
    const answers = await race(6, rounds);
    const winners = Array.from(
      { length: rounds },
      (_, round) => answers.filter((taken) => taken[round] === true).length,
    );
    expect(winners).toEqual(winners.map(() => 1));
  }, 60_000);
});
