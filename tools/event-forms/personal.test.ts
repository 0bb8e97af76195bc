import { describe, expect, it } from 'vitest';
import { changedTexts, PERSONAL_FIELDS } from '../../infra/erasure/personal-fields.ts';
import { eventShapes } from './event-shapes.ts';
import { fits, sampleOf } from './shapes.ts';

describe('personal texts of events', () => {
  it('[ES-13] are texts of events that there are, and of someone whom the event names', () => {
    const shapes = eventShapes();
    for (const [type, { of, fields }] of PERSONAL_FIELDS) {
      const shape = shapes.get(type);
      if (shape === undefined) throw new Error(`there is no event ${type}`);
      const data = Object(sampleOf(shape, true));
      expect(typeof data[of], `${type} ${of}`).toBe('string');
      for (const field of fields) {
        const changed = changedTexts(data, [field], (text) => `${text}!`);
        expect(changed, `${type} ${field}`).not.toEqual(data);
        expect(fits(shape, changed), `${type} ${field}`).toBe(true);
      }
    }
  });
});
