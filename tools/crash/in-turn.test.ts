import { describe, expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';

describe('one scenario after the other', () => {
  const run = async (isOver: () => boolean = () => false) => {
    const heard: string[] = [];
    const work = async (name: string): Promise<void> => {
      heard.push(name);
      if (name === 'b') throw new Error('the database is gone');
    };
    await inTurn(['a', 'b', 'c'], work, (name, message) => heard.push(`${name}: ${message}`), isOver);
    return heard;
  };

  it('tells of one that fails, and plays those after it', async () => {
    expect(await run()).toEqual(['a', 'b', 'b: the database is gone', 'c']);
  });

  it('plays none any more once it is told to end, and says nothing of what that broke', async () => {
    let looks = 0;
    const isOver = (): boolean => {
      looks += 1;
      return looks > 2;
    };
    expect(await run(isOver)).toEqual(['a', 'b']);
  });
});
