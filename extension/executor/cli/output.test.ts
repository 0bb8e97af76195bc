import { describe, expect, it } from 'vitest';
import { someOf } from '../words.ts';
import { onConnection } from './environment.ts';
import { createOutput } from './output.ts';
import { choiceText } from './prompt.ts';
import { table } from './table.ts';

describe('what the person sees', () => {
  const written = (json: boolean, isTTY: boolean, env: NodeJS.ProcessEnv = {}) => {
    let text = '';
    const write = (part: string | Uint8Array): boolean => {
      text += part;
      return true;
    };
    const stream = { isTTY, write };
    const output = createOutput({ json, stdout: stream, stderr: { ...stream, write: () => true }, env });
    output.show('plain', 'red');
    output.event({ id: '7', event: 'state_change', data: '{"status":"ANALYZING"}' });
    output.value({ status: 'DELIVERED' });
    return text;
  };

  it('[EXE-07] is one JSON value a line with --json, and text without', () => {
    expect(
      written(true, true)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'event', id: '7', event: 'state_change', data: { status: 'ANALYZING' } },
      { status: 'DELIVERED' },
    ]);
    expect(written(false, false)).toBe('plain\n');
    expect(written(false, true)).toBe('\u001b[31mplain\u001b[0m\n');
    expect(written(false, true, { NO_COLOR: '1' })).toBe('plain\n');
  });

  it('[EXE-07] shows what files, tests and models say, and lets none of it move the cursor, recolour lines or fake a line', () => {
    let text = '';
    const stream = {
      isTTY: true,
      write: (part: string | Uint8Array): boolean => {
        text += part;
        return true;
      },
    };
    const output = createOutput({ json: false, stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
    output.show('left out: \u001b[1A\u001b[2Kfine.js');
    output.step('log: \r00:17  Accepted.');
    output.problem('refused: \u009b2J', { code: 'REFUSED', next: 'See \u001b]0;x\u0007' });
    for (const obeyed of ['\u001b', '\u0007', '\u009b', '\r']) expect(text).not.toContain(obeyed);
    expect(text).toContain('left out: \\u001b[1A\\u001b[2Kfine.js\n');
    const choices = { y: 'yes', n: 'no' };
    expect(choiceText('Take \u001b[8mx.js?', choices, 'y', 100)).not.toContain('\u001b');
    expect(choiceText('Take \u001b[8mx.js?', choices, 'y', 10)).not.toContain('\u001b');
    expect(table({ id: 'job' }, [{ id: 'a\nb\u001b[2J' }])).toEqual(['job', 'a\\u000ab\\u001b[2J']);
    expect(someOf(['new\nline.js'])).toBe('new\\u000aline.js');
  });

  it('[EXE-07] never lands in the middle of a question', async () => {
    const lines: string[] = [];
    const stream = {
      isTTY: true,
      write: (part: string | Uint8Array): boolean => {
        lines.push(String(part).replace(/^\d\d:\d\d {2}/u, ''));
        return true;
      },
    };
    const output = createOutput({ json: false, stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
    await output.quietly(async () => {
      output.step('Accepted.');
      lines.push('y\n');
    });
    output.step('Applied.');
    expect(lines).toEqual(['y\n', 'Accepted.\n', 'Applied.\n']);
  });

  it('[EXE-07] tells once that the server is gone, and once that it is back', () => {
    let text = '';
    const stream = {
      isTTY: false,
      write: (part: string | Uint8Array): boolean => {
        text += part;
        return true;
      },
    };
    const told = onConnection(createOutput({ json: false, stdout: stream, stderr: stream, env: {} }));
    for (const state of ['BACK', 'LOST', 'LOST', 'BACK', 'BACK', 'LOST'] as const) told(state);
    expect(text.match(/does not answer|is back/gu)).toEqual([
      'does not answer',
      'is back',
      'does not answer',
    ]);
  });

  it('[EXE-07] asks in one line where there is room, and one choice a line where there is not', () => {
    const choices = { y: 'yes', n: 'not now' };
    expect(choiceText('Write it?', choices, 'y', 100)).toBe('Write it? [y = yes, n = not now; default y] ');
    expect(choiceText('Write it?', choices, 'y', 40)).toBe('Write it?\n  y  yes (default)\n  n  not now\n> ');
  });

  it('[EXE-07] is a table with a heading where there are several', () => {
    const rows = [
      { id: 'a', state: 'DELIVERED' },
      { id: 'bcd', state: 'FAILED' },
    ];
    expect(table({ id: 'job', state: 'state' }, rows)).toEqual([
      'job  state',
      'a    DELIVERED',
      'bcd  FAILED',
    ]);
    expect(table({ id: 'job' }, [])).toEqual([]);
  });
});
