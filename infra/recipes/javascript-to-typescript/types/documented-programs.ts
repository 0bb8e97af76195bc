import ts from 'typescript';
import type { Bound } from '../../../characterisation/bound-names.ts';
import { ENTRY } from '../../../characterisation/package-requests.ts';
import { requireRequest, walk } from '../../../characterisation/program.ts';
import type { SourceFile } from '../../recipe.ts';
import { documentedCalls } from './documented-calls.ts';
import { documentedNames, documentedSources, partText, requested, type Subject } from './documented-code.ts';

const MOST = 60;

/**
 * How the documents use the package, as TypeScript statements in which `subject` stands for it: each block of code that is
 * JavaScript, and before them the calls of all blocks that need nothing else. What other packages give is `any`.
 */
export function documentedPrograms(documents: readonly SourceFile[], subject: Subject): string[] {
  const blocks = documentedSources(documents).filter(({ text }) => isJavaScript(text));
  const names = documentedNames(blocks, subject);
  const calls = documentedCalls(documents, subject).map((call) => `void ${call};`);
  const programs = blocks.slice(0, MOST).map((block) => programOf(block, names, subject));
  return [calls.join('\n'), ...programs].filter((text) => /\bsubject(?:Part\d+)?\b/.test(text));
}

const isJavaScript = (text: string): boolean =>
  ts.transpileModule(text, { reportDiagnostics: true }).diagnostics?.length === 0;

type Replacement = Readonly<{ start: number; end: number; text: string }>;

function programOf(block: ts.SourceFile, names: ReadonlyMap<string, Bound>, subject: Subject): string {
  const replaced: Replacement[] = [];
  const used = new Set<string>();
  const declared = new Set<string>();
  const parts: string[] = [];
  /** What stands for a part of what a request loads: `subject.a`, or `subjectPart0.a` where it is a file of the package. */
  const standIn = (module: string, path: readonly string[]): string => {
    const text = partText(subject, path);
    if (module === ENTRY) return text;
    if (!parts.includes(module)) parts.push(module);
    return text.replace('subject', `subjectPart${parts.indexOf(module)}`);
  };
  walk(block, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const own = requested(subject, node.moduleSpecifier.text) !== null;
      const text = own
        ? ''
        : importedNames(node)
            .map((name) => `declare const ${name}: any;`)
            .join(' ');
      replaced.push({ start: node.getStart(), end: node.end, text });
    }
    const request = requireRequest(node);
    const module = request === null ? null : requested(subject, request);
    if (module !== null) replaced.push({ start: node.getStart(), end: node.end, text: standIn(module, []) });
    if (ts.isIdentifier(node)) used.add(node.text);
    const isDeclaration =
      ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isBindingElement(node);
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name)) declared.add(node.name.text);
  });
  const lead = [...names]
    .filter(([name]) => used.has(name) && !declared.has(name) && name !== 'subject')
    .map(([name, { module, path }]) => `const ${name} = ${standIn(module, path)};\n`);
  let text = '';
  let last = 0;
  for (const one of replaced) {
    if (one.start < last) continue;
    text += block.text.slice(last, one.start) + one.text;
    last = one.end;
  }
  const loaded = parts.map((path, index) =>
    subject.isModule
      ? `import * as subjectPart${index} from './${path}';\n`
      : `import subjectPart${index} = require('./${path}');\n`,
  );
  return `${loaded.join('')}${lead.join('')}${text}${block.text.slice(last)}`;
}

const importedNames = ({ importClause }: ts.ImportDeclaration): string[] => {
  const { name, namedBindings } = importClause ?? {};
  const named =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name.text]
        : namedBindings.elements.map((one) => one.name.text);
  return [...(name === undefined ? [] : [name.text]), ...named];
};
