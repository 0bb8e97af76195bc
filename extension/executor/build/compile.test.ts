import { describe, expect, it } from 'vitest';
import { errorsIn } from './compile.ts';

const ROOT = '/tmp/iama-shadow-1.2-a/project';

describe('errors of the type check', () => {
  it('[EXE-05] name files of the project, not where the private copy of one run lies', () => {
    const text = `index.ts(2,5): error TS7016: No declaration file for './w'. '${ROOT}/lib/w.js' implicitly has an 'any' type.`;
    expect(errorsIn(`${ROOT}/index.ts\n${text}\r\n`, ROOT)).toEqual([
      {
        code: 'TS7016',
        path: 'index.ts',
        line: 2,
        reason: "No declaration file for './w'. 'lib/w.js' implicitly has an 'any' type.",
      },
    ]);
  });

  it('[EXE-05] without a place are errors too', () => {
    expect(errorsIn("error TS5083: Cannot read file '/elsewhere/base.json'.", ROOT)).toEqual([
      { code: 'TS5083', path: null, line: null, reason: "Cannot read file '/elsewhere/base.json'." },
    ]);
  });
});
