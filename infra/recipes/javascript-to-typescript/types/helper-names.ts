import ts from 'typescript';
import { ROOT } from './host.ts';

/**
 * The interfaces that the recipe writes for constructor functions stay inside of their module, since a module with
 * `export =` can export nothing else. Other modules name them through what the module exports.
 */

/** The interface of the instances of a constructor function. */
export const instanceName = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}Instance`;

/** The interface of the constructor function itself, as it is exported. */
export const constructorName = (name: string): string =>
  instanceName(name).replace(/Instance$/, 'Constructor');

const HELPER = /(?<![\w$.'"])[A-Z][\w$]*(?:Instance|Constructor)(?![\w$'"])/g;

/** Texts that name a helper from outside, and the files that declare one of that name. */
type Helper = { readonly texts: Set<string>; readonly files: Set<string> };

const known = new WeakMap<ts.TypeChecker, ReadonlyMap<string, Helper>>();

/** Notes which helpers each module lets others reach, for the pictures of the project that this checker draws. */
export function noteHelpers(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): void {
  const found = new Map<string, Helper>();
  const helper = (name: string): Helper => {
    const held = found.get(name) ?? { texts: new Set<string>(), files: new Set<string>() };
    found.set(name, held);
    return held;
  };
  for (const source of sources) {
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement)) helper(statement.name.text).files.add(source.fileName);
      if (!ts.isExportAssignment(statement) || statement.isExportEquals !== true) continue;
      const whole = checker.getTypeAtLocation(statement.expression);
      const path = `import("${source.fileName.replace(/\.ts$/, '')}")`;
      const reach = (type: ts.Type, text: string): void => {
        const name = type.symbol?.name ?? '';
        if (!isDeclaredIn(type, source) || !name.endsWith('Constructor')) return;
        helper(name).texts.add(text);
        const made = type.getConstructSignatures()[0]?.getReturnType();
        if (made !== undefined && isDeclaredIn(made, source))
          helper(made.symbol.name).texts.add(`InstanceType<${text}>`);
      };
      reach(whole, `typeof ${path}`);
      for (const property of whole.getProperties())
        reach(checker.getTypeOfSymbolAtLocation(property, statement), `(typeof ${path})['${property.name}']`);
    }
  }
  known.set(checker, found);
}

const isDeclaredIn = (type: ts.Type, source: ts.SourceFile): boolean =>
  type.symbol?.declarations?.some((one) => one.getSourceFile() === source) === true;

/** `import("/project/lib/a")` as a module of the project itself would write it. */
const relativeSpecifiers = (text: string, from: string): string =>
  text.replace(/import\("([^"]+)"\)/g, (whole, path: string) => {
    if (!path.startsWith(`${ROOT}/`)) return whole;
    const here = from
      .slice(ROOT.length + 1)
      .split('/')
      .slice(0, -1);
    const there = path.slice(ROOT.length + 1).split('/');
    let shared = 0;
    while (shared < here.length && here[shared] === there[shared]) shared += 1;
    const up = '../'.repeat(here.length - shared) || './';
    const rest = there.slice(shared).join('/');
    return `import("${up}${/\.(c|m)?js(on)?$/.test(rest) ? rest : `${rest}.js`}")`;
  });

/** The text of a type with every helper of another module named through that module; null where one cannot be reached. */
export function reachable(checker: ts.TypeChecker, text: string, from: ts.SourceFile): string | null {
  const helpers = known.get(checker);
  let isReached = true;
  const renamed = text.replace(HELPER, (name) => {
    const helper = helpers?.get(name);
    if (helper === undefined || helper.files.has(from.fileName)) return name;
    const [only] = helper.texts;
    if (only === undefined || helper.files.size > 1) isReached = false;
    return only ?? name;
  });
  return isReached ? relativeSpecifiers(renamed, from.fileName) : null;
}
