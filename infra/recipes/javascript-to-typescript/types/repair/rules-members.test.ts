import { expect, it, vi } from 'vitest';
import { annotateText } from '../testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

it('[LLM-10] opens what a required member is deleted from, and leaves a property to delete', () => {
  const source = `const models = { rgb: { channels: 3, labels: 'rgb' }, hex: { channels: 1, labels: ['hex'] } }
for (const model of Object.keys(models)) {
  const { channels } = models[model]
  delete models[model].channels
  Object.defineProperty(models[model], 'channels', { value: channels })
}
export = models
`;
  const { text, strictErrors } = annotateText(source);
  expect(strictErrors).toEqual([]);
  expect(text).toMatch(/delete \(models\[.*\] as unknown as \{ channels\?: .* \}\)\.channels/u);
});
