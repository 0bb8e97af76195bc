import { describe, expect, it } from 'vitest';
import { tellAsserted, tellingRuns, tellRecorded } from './tell-baseline.ts';

const all = { covered: 1, total: 1 };
const baseline = {
  recorded: 2,
  kept: 2,
  quarantined: [],
  runs: 3,
  coverage: { branches: all, functions: all, lines: all, perFile: [] },
  gaps: [],
  lockedHashes: {},
  report: { tests: [], counts: { total: 2, passed: 2, failed: 0, timedOut: 0, skipped: 0 } },
  runMs: 1,
};
const told = (whole: readonly string[]): readonly string[] => {
  const lines: string[] = [];
  tellAsserted((line) => lines.push(line), { ...baseline, files: 1, whole });
  return lines;
};

describe('what is told of own tests', () => {
  it('[TST-01] is how many pass each time, and that the file is locked', () => {
    expect(told([])).toEqual([
      "2 of the project's own tests pass 3 of 3 times on the untouched code; the file they stand in is locked.",
    ]);
  });

  it('[TST-01] is plainly which commands count as one test, and what that means', () => {
    expect(told(['npm test'])[1]).toBe(
      'npm test does not tell its tests one by one: it counts as one, which passes when all of them do, and one that fails now and then sets all of them aside.',
    );
    expect(told(['npm test, command 1 of 2', 'npm test, command 2 of 2'])[1]).toBe(
      'npm test, command 1 of 2 and npm test, command 2 of 2 do not tell their tests one by one: each counts as one, which passes when all of them do, and one that fails now and then sets all of them aside.',
    );
  });
});

describe('what is told of recorded behaviour', () => {
  it('[TST-05] is why calls were set aside, each reason with how many it holds for, and no word of the code', () => {
    const lines = (whys: readonly string[]): readonly string[] => {
      const all: string[] = [];
      const quarantined = whys.map((why, at) => ({ name: `f(${at})`, why }));
      tellRecorded((line) => all.push(line), { ...baseline, quarantined });
      return all.slice(1);
    };
    const late = 'did not end within its time';
    expect(lines([])).toEqual([]);
    expect(lines([late])).toEqual([`1 call is set aside: ${late}.`]);
    expect(lines(['reaches outside of the program: net.connect', late, late])).toEqual([
      `3 calls are set aside: ${late} (2); reaches outside of the program (1).`,
    ]);
  });
});

describe('how far a recording is', () => {
  it('[EXE-07] [TST-05] is told where runs are slow, and not of the last one, whose result comes next', () => {
    const lines: string[] = [];
    let now = 0;
    const ended = tellingRuns(
      (line) => lines.push(line),
      () => now,
    );
    for (const [run, seconds] of [1, 6, 1, 5, 9].entries()) {
      now += seconds * 1_000;
      ended(run + 1, 5);
    }
    expect(lines).toEqual([
      '2 of 5 runs on the untouched code have ended.',
      '4 of 5 runs on the untouched code have ended.',
    ]);
  });
});
