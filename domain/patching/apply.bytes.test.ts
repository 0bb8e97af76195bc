import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchEdit } from './edit.ts';
import { bytesOf, hashOf, run, searchIn, single } from './testing.ts';

describe('bytes', () => {
  it('[EXE-06] keeps bytes that are not UTF-8, and refuses text that such a file cannot hold', () => {
    const legacy = new Uint8Array([0xe9, 0x20, 0x61, 0x0d, 0x0a, 0xff]);
    const report = run({ 'a.x': legacy }, [searchIn(legacy, 'a', 'b')]);
    expect(report.status === 'APPLIED' && report.files.get('a.x')).toEqual(
      new Uint8Array([0xe9, 0x20, 0x62, 0x0d, 0x0a, 0xff]),
    );
    const refused = run({ 'a.x': legacy }, [searchIn(legacy, 'a', '\u4e2d')]);
    expect(refused.outcomes[0]?.outcome).toBe('NOT_REPRESENTABLE');
  });

  const line = fc.stringMatching(/^[ -~\u00e9\u4e2d]{0,12}$/u);
  const eol = fc.constantFrom('\n', '\r\n', '\r');
  const file = fc.array(fc.tuple(line, eol), { maxLength: 8 }).map((lines) => lines.flat().join(''));

  it('[EXE-06] preserves every byte outside the hunk', () => {
    fc.assert(
      fc.property(fc.boolean(), file, file, line, (bom, before, after, replace) => {
        const content = `${bom ? '\ufeff' : ''}${before}<<mark>>${after}`;
        const report = run({ 'a.txt': content }, [
          { op: 'SEARCH_REPLACE', path: 'a.txt', baseSha256: hashOf(content), search: '<<mark>>', replace },
        ]);
        const result = report.status === 'APPLIED' && report.files.get('a.txt');
        expect(result).toEqual(bytesOf(content.replace('<<mark>>', () => replace)));
      }),
    );
  });

  it('[EXE-06] changes exactly one place or none, whatever the text', () => {
    const short = fc.stringMatching(/^[ab\n]{1,4}$/u);
    fc.assert(
      fc.property(fc.stringMatching(/^[ab \n\r]{0,30}$/u), short, (content, search) => {
        const { text, outcome } = single(content, search, '#');
        if (text === null) expect(outcome?.outcome).toMatch(/NOT_FOUND|NOT_UNIQUE/u);
        else expect(text.split('#')).toHaveLength(2);
        if (content.split(search).length > 2) expect(outcome?.outcome).toBe('NOT_UNIQUE');
      }),
      { numRuns: 500 },
    );
  });

  it('[EXE-06] reports what is already applied, and changes nothing then', () => {
    fc.assert(
      fc.property(
        file,
        file,
        fc.constantFrom('done', 'mark done', 'done\nmore'),
        (before, after, replace) => {
          const content = `${before}\n<mark>\n${after}`;
          const edit: PatchEdit = {
            op: 'SEARCH_REPLACE',
            path: 'a.txt',
            baseSha256: hashOf(content),
            search: '<mark>',
            replace: `<${replace}>`,
          };
          const first = run({ 'a.txt': content }, [edit]);
          const bytes = first.status === 'APPLIED' ? first.files.get('a.txt') : null;
          const second = run({ 'a.txt': bytes ?? '' }, [edit]);
          expect(second.outcomes[0]?.outcome).toBe('ALREADY_APPLIED');
          expect(second.status === 'APPLIED' && second.files.size).toBe(0);
        },
      ),
    );
  });

  it('[EXE-06] reports whole-file edits that are already applied', () => {
    const report = run({ 'a.ts': 'A', 'c.json': '{}' }, [
      { op: 'RENAME_FILE', path: 'a.js', baseSha256: hashOf('a'), to: 'a.ts', content: 'A' },
      { op: 'DELETE_FILE', path: 'b.js', baseSha256: hashOf('b') },
      { op: 'WRITE_FILE', path: 'c.json', baseSha256: null, content: '{}' },
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(Array(3).fill('ALREADY_APPLIED'));
  });
});
