import path from 'node:path';
import ts from 'typescript';
import { root } from '../../support/paths';

/** The extension's code, which tests search for what calls what. */
export function readSource(): {
  readonly checker: ts.TypeChecker;
  readonly sources: readonly ts.SourceFile[];
} {
  const program = ts.createProgram([path.join(root, 'src/extension.ts')], {
    ...{ module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler, strict: true },
    ...{ target: ts.ScriptTarget.ES2023, skipLibCheck: true, noEmit: true, types: ['node'] },
  });
  const sources = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(path.join(root, 'src/')));
  return { checker: program.getTypeChecker(), sources };
}

/** What a name, or `module[name]`, refers to. */
export function usedBy(node: ts.Node, checker: ts.TypeChecker): ts.Node[] {
  if (ts.isIdentifier(node)) return declarationsOf(node, checker);
  if (!ts.isElementAccessExpression(node)) return [];
  const type = checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).flatMap((one) => one.getSymbol()?.declarations ?? []);
}

/** What a name refers to, even if it was destructured from an `import()`. */
export function declarationsOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Node[] {
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declared = symbol?.declarations ?? [];
  const type = declared.some((one) => ts.isBindingElement(one) || ts.isVariableDeclaration(one))
    ? (checker.getTypeAtLocation(name).getSymbol()?.declarations ?? [])
    : [];
  return [...declared, ...type];
}

/** The nearest declaration around a node that others can use by name. */
export function partAround(node: ts.Node): ts.Node {
  for (let around = node; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionDeclaration(around) || ts.isClassElement(around)) return around;
    const isOfTable = ts.isPropertyAssignment(around) && ts.isStringLiteral(around.name);
    if (isOfTable && isAtTop(around.parent.parent)) return around;
    if (ts.isVariableDeclaration(around) && isAtTop(around)) return around;
  }
  return node.getSourceFile();
}

function isAtTop(node: ts.Node): boolean {
  return ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent);
}

/** Includes the file's name. */
export function nameOf(node: ts.Node): string {
  const name = ts.isSourceFile(node) ? undefined : ts.getNameOfDeclaration(node as ts.Declaration);
  return [path.basename(node.getSourceFile().fileName), name?.getText()].join(' ');
}

/** Visits a node and what is in it, except types and imports. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
  if (ts.isImportDeclaration(node)) return;
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}
