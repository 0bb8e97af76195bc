import type { Node } from 'estree';
import type { Finding } from '../../recipe.ts';
import type { Edit } from '../syntax/edits.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import type { ModuleExports } from './exports.ts';

export type ExportContext = Readonly<{
  module: ParsedModule;
  exports: ModuleExports;
  packageName: string;
  /** The module can be required again while it is still loading: what it exports must be there as early as before. */
  cyclic: boolean;
  /** Whether TypeScript will know what a required specifier gives. */
  isTyped: (specifier: string) => boolean;
  /** The same file named in full, where TypeScript would otherwise look at the built declarations. */
  inFull: (specifier: string) => string;
  fresh: (wanted: string) => string;
  /** Text of a node with the types of its requires. */
  render: (node: Node) => string;
}>;

/** How the module shows its exports to TypeScript. */
export type ExportPlan = Readonly<{
  edits: readonly Edit[];
  /** Lines to add at the end of the file. */
  tail: readonly string[];
  left: readonly Finding[];
  /** DIRECT: `export =` replaces the assignment. KEPT: every assignment stays and a typed `export =` repeats the value. */
  shape: 'DIRECT' | 'KEPT';
}>;

/** The statement terminator that the file mostly uses. */
export const terminatorOf = (module: ParsedModule): ';' | '' => {
  const ends = module.program.body.filter(
    (node) => node.type === 'ExpressionStatement' || node.type === 'VariableDeclaration',
  );
  const withSemicolon = ends.filter((node) => module.text[(node.range?.[1] ?? 1) - 1] === ';');
  return ends.length > 0 && withSemicolon.length * 2 < ends.length ? '' : ';';
};
