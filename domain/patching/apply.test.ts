import { describe, expect, it } from 'vitest';
import { bytesOf, hashOf, run, searchIn, single } from './testing.ts';

describe('what is refused', () => {
  it('[EXE-06] never changes one of several equal places', () => {
    expect(single('aaa', 'aa', 'b').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
    expect(single('x\n  y\nx\n', 'x', 'z').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
    expect(single('a\r\nb\na\nb\r\n', 'a\r\nb\r\n', 'c').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
    expect(single(' a\n b\n  a\n  b\n', 'a\nb', 'c').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
    expect(single('abc', '', 'x').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
  });

  it('[EXE-06] says when the text is not there', () => {
    expect(single('abc', 'x', 'y').outcome).toMatchObject({ outcome: 'NOT_FOUND', strategy: null });
    expect(single('if\n  a\n    b\n', 'if\na\nb\n', 'c\n').outcome).toMatchObject({ outcome: 'NOT_FOUND' });
  });

  it('[EXE-06] checks the base hash of every file before anything is decided', () => {
    const report = run({ 'a.x': 'abc', 'b.x': 'def' }, [
      { op: 'WRITE_FILE', path: 'a.x', baseSha256: hashOf('abc'), content: 'new' },
      { op: 'SEARCH_REPLACE', path: 'b.x', baseSha256: hashOf('older'), search: 'def', replace: 'ghi' },
    ]);
    expect(report).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('b.x') });
    expect(report).not.toHaveProperty('files');
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'BASE_CONFLICT']);
  });

  it('[EXE-06] refuses a new file where one exists, a rename onto one, and a change of a missing one', () => {
    const base = { 'a.x': 'a', 'b.x': 'b' };
    const codes = [
      run(base, [{ op: 'WRITE_FILE', path: 'a.x', baseSha256: null, content: 'c' }]),
      run(base, [{ op: 'RENAME_FILE', path: 'a.x', baseSha256: hashOf('a'), to: 'b.x', content: 'c' }]),
      run(base, [{ op: 'DELETE_FILE', path: 'b.x', baseSha256: hashOf('other') }]),
      run({}, [{ op: 'SEARCH_REPLACE', path: 'a.x', baseSha256: hashOf('a'), search: 'a', replace: 'b' }]),
    ].map((report) => report.outcomes[0]?.outcome);
    expect(codes).toEqual(['BASE_CONFLICT', 'TARGET_EXISTS', 'BASE_CONFLICT', 'BASE_CONFLICT']);
  });

  it('[EXE-06] refuses a result that does not parse when the base did, and only then', () => {
    expect(single('fn a { b }', 'b }', 'b').outcome).toMatchObject({ outcome: 'RESULT_DOES_NOT_PARSE' });
    expect(single('} broken {', 'broken', 'still broken').outcome).toMatchObject({ outcome: 'APPLIED' });
    const moved = run({ 'a.x': '{}' }, [
      { op: 'RENAME_FILE', path: 'a.x', baseSha256: hashOf('{}'), to: 'b.x', content: '{' },
    ]);
    expect(moved.outcomes[0]?.outcome).toBe('RESULT_DOES_NOT_PARSE');
  });

  it('[EXE-06] lets two edits pass through a state that does not parse', () => {
    const base = 'fn a { b }';
    const report = run({ 'a.x': base }, [searchIn(base, 'a {', 'a'), searchIn(base, 'b }', 'b')]);
    expect(report.status).toBe('APPLIED');
  });

  it.each([
    ['/etc/passwd'],
    ['../up.x'],
    ['a/../../up.x'],
    ['a/..'],
    ['..\\up.x'],
    ['a\\b.x'],
    ['C:/x'],
    ['c:x'],
    ['\\\\host\\share'],
    ['a\0.x'],
    ['a\n.x'],
    [''],
    ['.'],
    ['./a.x'],
    ['a//b.x'],
    ['a/'],
    ['.git/config'],
    ['.GIT/config'],
    ['sub/.git/hooks/pre-commit'],
    ['.git./config'],
    ['.git /config'],
    ['.git::$INDEX_ALLOCATION/config'],
    ['git~1/config'],
    ['.g\u200cit/config'],
    ['\uff0egit/config'],
    ['.iama/tests/snapshots.json'],
    ['node_modules/dep/index.js'],
    ['pkg/Node_Modules/dep/index.js'],
    ['\ud800.x'],
    [`${'n'.repeat(254)}.x`],
    [`${'ü'.repeat(127)}.x`],
    [`${'deep/'.repeat(205)}a.x`],
  ])('[EXE-06] refuses the path %j', (path) => {
    const report = run({}, [{ op: 'WRITE_FILE', path, baseSha256: null, content: '' }]);
    expect(report.outcomes[0]?.outcome).toBe('REJECTED_PATH');
    const moved = run({ 'a.x': '' }, [
      { op: 'RENAME_FILE', path: 'a.x', baseSha256: '', to: path, content: '' },
    ]);
    expect(moved.outcomes[0]?.outcome).toBe('REJECTED_PATH');
  });

  it('[EXE-06] lets ordinary names pass', () => {
    for (const path of ['a.x', '.github/workflows/ci.yml', '.gitignore', 'src/..a/b', 'a b/ü.ts', '..x']) {
      const report = run({}, [{ op: 'WRITE_FILE', path, baseSha256: null, content: '' }]);
      expect([path, report.status]).toEqual([path, 'APPLIED']);
    }
  });
});

describe('the ladder', () => {
  it('[EXE-06] takes the exact unique place first', () => {
    const { outcome, text } = single('one two three', 'two', '2');
    expect(outcome).toEqual({
      path: 'a.x',
      targetSha256: hashOf('one two three'),
      anchor: 'text "two"',
      operation: 'SEARCH_REPLACE',
      strategy: 'EXACT',
      outcome: 'APPLIED',
      reason: null,
    });
    expect(text).toBe('one 2 three');
  });

  it('[EXE-06] then compares line endings and Unicode in normal form, and writes the endings of the file', () => {
    const crlf = single('\ufeffa\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz');
    expect(crlf).toMatchObject({ outcome: { strategy: 'NORMALISED' }, text: '\ufeffx\r\ny\r\nz\r\nc\r\n' });
    const accents = single('caf\u0065\u0301 au lait', 'caf\u00e9', 'th\u00e9');
    expect(accents).toMatchObject({ outcome: { strategy: 'NORMALISED' }, text: 'th\u00e9 au lait' });
    const hangul = single('\u1112\u1161\u11ab!', '\ud55c', '\uae00');
    expect(hangul.text).toBe('\uae00!');
  });

  it('[EXE-06] does not cut a character from its marks', () => {
    expect(single('e\u0301', 'e\u0301\u0323', 'x').outcome).toMatchObject({ outcome: 'NOT_FOUND' });
  });

  it('[EXE-06] then allows one indentation for all lines, and re-indents the replacement', () => {
    const { outcome, text } = single(
      'begin\n    if a\n\n      b\nend',
      'if a\n\n  b\n',
      'if c\n  d\n\n  e\n',
    );
    expect(outcome).toMatchObject({ strategy: 'UNIFORM_INDENT' });
    expect(text).toBe('begin\n    if c\n      d\n\n      e\nend');
    expect(single('\tx\r\n\ty\r\n', '  x\n  y', '  z\n    w').text).toBe('\tz\r\n\t  w\r\n');
  });

  it('[EXE-06] then looks inside the named symbol only', () => {
    const text = 'fn a { x = 1 }\nfn b { x = 1 }\n';
    const scoped = single(text, 'x = 1', 'x = 2', 'b');
    expect(scoped).toMatchObject({
      outcome: { strategy: 'SCOPED_SYMBOL' },
      text: 'fn a { x = 1 }\nfn b { x = 2 }\n',
    });
    expect(single(text, 'x = 1', 'x = 2', 'c').outcome).toMatchObject({ outcome: 'SYMBOL_NOT_FOUND' });
    expect(single(text.repeat(2), 'x = 1', 'x = 2', 'b').outcome).toMatchObject({
      outcome: 'SYMBOL_NOT_UNIQUE',
    });
    expect(single('fn a { x x }\nx', 'x', 'y', 'a').outcome).toMatchObject({ outcome: 'NOT_UNIQUE' });
  });

  it('[EXE-06] takes the whole symbol last, when the edit is a whole declaration of it', () => {
    const text = 'fn a { really different }\nfn b { }\n';
    const whole = single(text, 'fn a { as remembered }', 'fn a { new }', 'a');
    expect(whole).toMatchObject({ outcome: { strategy: 'WHOLE_SYMBOL' }, text: 'fn a { new }\nfn b { }\n' });
    expect(single(text, 'as remembered', 'new', 'a').outcome).toMatchObject({ outcome: 'NOT_FOUND' });
  });

  it('[EXE-06] replaces a symbol by name', () => {
    const base = '\ufefffn a { 1 }\r\nfn b { 2 }';
    const report = run({ 'a.x': base }, [
      { op: 'SYMBOL_REPLACE', path: 'a.x', baseSha256: hashOf(base), symbol: 'b', replace: 'fn b {\n3\n}\n' },
    ]);
    expect(report.status === 'APPLIED' && report.files.get('a.x')).toEqual(
      bytesOf('\ufefffn a { 1 }\r\nfn b {\r\n3\r\n}'),
    );
  });
});

describe('whole files', () => {
  it('[EXE-06] writes, moves and removes', () => {
    const report = run({ 'a.js': 'a', 'b.js': 'b' }, [
      { op: 'RENAME_FILE', path: 'a.js', baseSha256: hashOf('a'), to: 'a.ts', content: 'A' },
      { op: 'DELETE_FILE', path: 'b.js', baseSha256: hashOf('b') },
      { op: 'WRITE_FILE', path: 'tsconfig.json', baseSha256: null, content: '{}' },
    ]);
    expect(report).toMatchObject({ status: 'APPLIED' });
    if (report.status !== 'APPLIED') return;
    expect([...report.files]).toEqual([
      ['a.js', null],
      ['a.ts', bytesOf('A')],
      ['b.js', null],
      ['tsconfig.json', bytesOf('{}')],
    ]);
    expect([...report.renames]).toEqual([['a.ts', 'a.js']]);
  });

  it('[EXE-06] refuses two writes of one file', () => {
    const edit = { op: 'WRITE_FILE', path: 'a.js', baseSha256: null } as const;
    const report = run({}, [
      { ...edit, content: '1' },
      { ...edit, content: '2' },
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'OVERLAPS']);
  });
});
