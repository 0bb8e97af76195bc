import ts from 'typescript';

const MEANINGS = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Value | ts.SymbolFlags.Alias;

/** Names that a whole file can use, for the pictures of the project that a checker draws. */
const known = new WeakMap<ts.TypeChecker, Map<ts.SourceFile, ReadonlySet<string>>>();

const namesAt = (checker: ts.TypeChecker, at: ts.Node): ReadonlySet<string> =>
  new Set(checker.getSymbolsInScope(at, MEANINGS).map(({ name }) => name));

function namesOf(checker: ts.TypeChecker, source: ts.SourceFile): ReadonlySet<string> {
  const files = known.get(checker) ?? new Map<ts.SourceFile, ReadonlySet<string>>();
  known.set(checker, files);
  const held = files.get(source) ?? namesAt(checker, source);
  files.set(source, held);
  return held;
}

/** `Name`, `name.` of `name.Name`, `typeof name`: not a property, a parameter, a method, or the part behind a dot. */
const NAMES =
  /(?<![\w$.])(?:typeof (?!import\b)([A-Za-z_$][\w$]*)|([A-Z_$][\w$]*)(?![\w$]|\??\s*:|\??[(<][^=]*\)\s*:)|([a-z][\w$]*)(?=\.[A-Z]))/g;
/** `<A, B extends C>(`: names that a signature brings along. */
const PARAMETERS = /<([^<>()]*)>\(/g;

/** Whether every name in the text of a type means something where it is to be written. */
export function areInScope(checker: ts.TypeChecker, text: string, at: ts.Node): boolean {
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  const own = [...bare.matchAll(PARAMETERS)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim().replace(/\W.*$/s, '')),
  );
  const names = [...bare.matchAll(NAMES)]
    .map(([, queried, named, root]) => queried ?? named ?? root ?? '')
    .filter((name) => !own.includes(name));
  const missing = names.filter((name) => !namesOf(checker, at.getSourceFile()).has(name));
  if (missing.length === 0) return true;
  // A class of the function around, say.
  const here = namesAt(checker, at);
  return missing.every((name) => here.has(name));
}
