import { KEY_BLOCK } from '../../../domain/kernel/secrets.ts';
import { secretsIn } from './secrets.ts';

const CUT_OUT = '[cut out: it held a secret]';

/**
 * The texts without secrets, in the same order: a line that holds one is cut out as a whole, a private key with all of its
 * lines (CTX-02, EXE-05). The texts are looked at in one go, because each look costs milliseconds.
 */
export const withoutSecrets = async (texts: readonly string[]): Promise<readonly string[]> => {
  const split = texts.map((text) => text.replaceAll(KEY_BLOCK, CUT_OUT).split('\n'));
  const found = await secretsIn('report.txt', split.flat().join('\n'));
  const secret = new Set(found.map(({ line }) => line));
  let line = 0;
  return split.map((lines) =>
    lines
      .map((text) => {
        line += 1;
        return secret.has(line) ? CUT_OUT : text;
      })
      .join('\n'),
  );
};

/** Items whose text may hold a secret, without it; null stays null. */
export const redacted = async <Item extends Readonly<{ excerpt: string | null }>>(
  items: readonly Item[],
): Promise<readonly Item[]> => {
  const texts = await withoutSecrets(items.map(({ excerpt }) => excerpt ?? ''));
  return items.map((item, index) =>
    item.excerpt === null ? item : { ...item, excerpt: texts[index] ?? '' },
  );
};
