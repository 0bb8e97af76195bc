import { posix } from 'node:path';
import { walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

export type TsconfigPlan = Readonly<{
  modules: readonly ParsedModule[];
  edition: number;
  declarations: boolean;
  usesJson: boolean;
  /** Declaration files of our own that belong to the program. */
  added: readonly string[];
}>;

/** What the compiler knows for "es2022" when nobody says otherwise, as it did when the recipe checked the result. */
const LIBRARIES = [
  'es2022',
  'dom',
  'webworker.importscripts',
  'scripthost',
  'dom.iterable',
  'dom.asynciterable',
];

const hasClassFields = (module: ParsedModule): boolean => {
  let found = false;
  walk(module.program, (node) => {
    found ||= node.type === 'PropertyDefinition';
    return !found;
  });
  return found;
};

/** Files at the root by extension, everything else by its top folder. */
const includes = (paths: readonly string[]): string[] => {
  const found = paths.map((path) => {
    const [top = ''] = path.split('/');
    const extension = posix.extname(path).replace('js', 'ts');
    return path.includes('/') ? `${top}/**/*${extension}` : `*${extension}`;
  });
  return [...new Set(found)].sort();
};

/** tsconfig.json of the result: strict, JavaScript written next to its source, nothing rewritten for older engines. */
export function tsconfigText(plan: TsconfigPlan): string {
  const options = {
    target: `es${plan.edition}`,
    // What the code may use depends on the Node it runs on, not on the syntax it is written in.
    ...(plan.edition < 2022 ? { lib: LIBRARIES } : {}),
    module: 'nodenext',
    types: ['node'],
    strict: true,
    ...(plan.declarations ? { declaration: true } : {}),
    verbatimModuleSyntax: true,
    ...(plan.usesJson ? { resolveJsonModule: true } : {}),
    // A property that is only declared must not become one that exists.
    useDefineForClassFields: plan.modules.some(hasClassFields),
    skipLibCheck: true,
  };
  const include = [
    ...new Set([...includes(plan.modules.map((module) => module.path)), ...plan.added]),
  ].sort();
  return `${JSON.stringify({ compilerOptions: options, include }, null, 2)}\n`;
}
