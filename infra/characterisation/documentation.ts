/** Code that documents and comments show. Every line is looked at once: a text from outside must not take long to read. */

const FENCE = /^\s*(?:```|~~~)/;
const INDENTED = /^(?: {4}|\t)/;

type Parts = Readonly<{ blocks: readonly string[]; prose: readonly string[] }>;

/** The code blocks of a Markdown text, fenced ones first, and its lines outside of fences. */
function partsOf(text: string): Parts {
  const fenced: string[] = [];
  const indented: string[] = [];
  const prose: string[] = [];
  let fence: string[] | null = null;
  let block: string[] | null = null;
  let previous = '';
  const endBlock = (): void => {
    if (block !== null) indented.push(block.join('\n'));
    block = null;
  };
  for (const line of text.split(/\r?\n/)) {
    if (FENCE.test(line)) {
      endBlock();
      if (fence !== null) fenced.push(fence.join('\n'));
      fence = fence === null ? [] : null;
    } else if (fence !== null) fence.push(line);
    else {
      prose.push(line);
      if (!INDENTED.test(line)) endBlock();
      else if (block !== null) block.push(line);
      else if (previous === '') block = [line];
    }
    previous = line;
  }
  endBlock();
  return { blocks: [...fenced, ...indented], prose };
}

/** Fenced and indented code of a Markdown text. A fence that nothing closes is no code. */
export const codeBlocks = (markdown: string): readonly string[] => partsOf(markdown).blocks;

/** What stands between backticks outside of code blocks, up to 60 characters each. */
export const inlineCode = (markdown: string): readonly string[] =>
  partsOf(markdown).prose.flatMap((line) =>
    [...line.matchAll(/`([^`]{1,60})`/g)].map((match) => match[1] ?? ''),
  );

/** Lines of block comments that hold a call, without the asterisk before them. */
export function commentedCalls(source: string): readonly string[] {
  return source.split(/\r?\n/).flatMap((line) => {
    const said = line.trimStart();
    if (!/^\*\s{1,8}\S/.test(said)) return [];
    const code = said.slice(1).trimStart();
    const open = code.indexOf('(', 1);
    return open > 0 && code.includes(')', open) ? [code] : [];
  });
}

/** The variable that documents give a package of this name: `rangeParser` for `range-parser`. */
export const usualName = (packageName: string): string =>
  packageName.replace(/^@[^/]*\//, '').replace(/[-_.](\w)/g, (_, char: string) => char.toUpperCase());
