import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedItems, itemsFromText } from './specification-text.ts';

const behaviour = { given: 'an empty list', when: 'it is summed', then: 'the result is 0' };

describe('a specification from sentences', () => {
  it.each([
    ['one line', 'Given an empty list, when it is summed, then the result is 0.'],
    ['several lines', 'Given an empty list\nWhen it is summed\nThen the result is 0'],
    [
      'a list with a title',
      'Scenario: sums\n- GIVEN an empty list;\n- WHEN it is summed;\n- THEN the result is 0;',
    ],
  ])('[SPC-02] takes behaviour on %s', (_name, text) => {
    expect(itemsFromText(text)).toEqual({ bdd: [behaviour], sdd: [], unconverted: [] });
  });

  it('[SPC-02] adds And and But to the clause before, and keeps scenarios apart', () => {
    const text = 'Given a\nAnd b\nWhen c\nThen d\nBut e\nGiven f\nWhen g\nThen h';
    expect(itemsFromText(text).bdd).toEqual([
      { given: 'a and b', when: 'c', then: 'd and e' },
      { given: 'f', when: 'g', then: 'h' },
    ]);
  });

  it('[SPC-02] takes statements by their topic', () => {
    expect(itemsFromText('structure: one file\nTypes: no any\n* Dependency : none is added').sdd).toEqual([
      { topic: 'STRUCTURE', statement: 'one file' },
      { topic: 'TYPES', statement: 'no any' },
      { topic: 'DEPENDENCIES', statement: 'none is added' },
    ]);
  });

  it.each([
    ['Make it faster, please.'],
    ['When it is summed, then the result is 0.'],
    ['Given a, then b, when c.'],
    ['Given an empty list'],
    ['And so on'],
    ['Types:'],
  ])('[SPC-02] gives back what it does not understand: %s', (text) => {
    expect(itemsFromText(text)).toEqual({ bdd: [], sdd: [], unconverted: [text] });
  });

  it('[SPC-02] makes up nothing: every word of an item stands in the text', () => {
    const word = fc.constantFrom(
      'given',
      'when',
      'then',
      'and',
      'but',
      'types:',
      'a',
      'b',
      ',',
      '.',
      '\n',
      '- ',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const { bdd, sdd } = itemsFromText(words.join(' '));
        const given = ['and', ...words.map((one) => one.trim())];
        const texts = [
          ...bdd.flatMap(({ given, when, then }) => [given, when, then]),
          ...sdd.map(({ statement }) => statement),
        ];
        for (const text of texts) {
          expect(text).not.toBe('');
          for (const part of text.split(/\s+/)) expect(given).toContain(part);
        }
      }),
    );
  });

  it('[SPC-02] leaves out what is there already and counts ids on', () => {
    const current = {
      bdd: [{ id: 'bdd-3', ...behaviour }],
      sdd: [{ id: 'mine', topic: 'TYPES' as const, statement: 'no any' }],
    };
    const text =
      'Given an empty list, when it is summed, then the result is 0.\nGiven a, when b, then c\nTypes: no any\nTypes: strict';
    expect(addedItems(current, itemsFromText(text))).toEqual({
      bdd: [{ id: 'bdd-4', given: 'a', when: 'b', then: 'c' }],
      sdd: [{ id: 'sdd-1', topic: 'TYPES', statement: 'strict' }],
    });
  });

  it('[SPC-02] gives each new item an id of its own, and adds what is said twice once', () => {
    const text = 'Given a, when b, then c\nGiven d, when e, then f\nGiven a, when b, then c';
    const topics = 'Types: strict\nStructure: one file\nTypes: strict';
    const { bdd, sdd } = addedItems({ bdd: [], sdd: [] }, itemsFromText(`${text}\n${topics}`));
    expect(bdd.map(({ id, given }) => [id, given])).toEqual([
      ['bdd-1', 'a'],
      ['bdd-2', 'd'],
    ]);
    expect(sdd.map(({ id, statement }) => [id, statement])).toEqual([
      ['sdd-1', 'strict'],
      ['sdd-2', 'one file'],
    ]);
  });
});
