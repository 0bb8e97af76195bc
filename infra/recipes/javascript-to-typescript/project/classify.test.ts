import { describe, expect, it } from 'vitest';
import { roleOf } from './classify.ts';

const roleOfText = (text: string) => roleOf({ path: 'index.js', text });

describe('what a JavaScript file is for', () => {
  it('[LLM-10] is generated where its last line names the source map of what it was made from', () => {
    const made = 'module.exports=1;\n//# sourceMappingURL=index.js.map';
    for (const text of [made, `${made}\n`, `${made}\r\n\n`, made.replace('#', '@')])
      expect(roleOfText(text)).toBe('GENERATED');
  });

  it('[LLM-10] is a source where it only speaks of source maps', () => {
    for (const text of [
      'const mark = "\\n//# sourceMappingURL=";\nmodule.exports = mark;\n',
      '//# sourceMappingURL=index.js.map\nmodule.exports = 1;\n',
      '// see //# sourceMappingURL=index.js.map\n',
    ])
      expect(roleOfText(text)).toBe('SOURCE');
  });
});
