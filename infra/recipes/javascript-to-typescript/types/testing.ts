import { type AnnotateResult, annotate } from './annotate.ts';

/** Annotates one CommonJS module, or ES module where `system` says so. Returns its text beside the whole result. */
export function annotateText(
  text: string,
  system: 'ESM' | 'COMMONJS' = 'COMMONJS',
): AnnotateResult & Readonly<{ text: string }> {
  const result = annotate({ files: [{ path: 'index.ts', text }], dependencies: [], moduleSystem: system });
  return { ...result, text: result.files.find((file) => file.path === 'index.ts')?.text ?? '' };
}
