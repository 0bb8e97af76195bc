/** A package.json as read; `{}` for one that is broken, of which nothing can be known. */
export type Manifest = Readonly<Record<string, unknown>>;

export const parseManifest = (text: string): Manifest => {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/u, ''));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

/** The names in an object such as `dependencies`; none where it is something else. */
export const namesIn = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];
