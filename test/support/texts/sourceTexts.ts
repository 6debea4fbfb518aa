import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../paths';

/** A text that goes through VS Code's `l10n.t` or that of `@vscode/l10n`. */
export interface TranslatedText {
  /** File and line. */
  readonly place: string;
  /** Undefined if it isn't a literal, so that no tool can collect it. */
  readonly text: string | undefined;
  /** How many values it gets. Undefined if they're spread. */
  readonly values: number | undefined;
  /** Whether it's looked up when the module loads, which may be before the language is known. */
  readonly early: boolean;
}

/** The files in a folder of src/ and its subfolders. */
export function sourcesOf(room: string): ts.SourceFile[] {
  return fs
    .globSync('**/*.ts', { cwd: path.join(root, 'src', room) })
    .sort()
    .map((name) => path.join('src', room, name))
    .map((name) =>
      ts.createSourceFile(name, fs.readFileSync(path.join(root, name), 'utf8'), ts.ScriptTarget.ES2023, true),
    );
}

export function translatedTexts(source: ts.SourceFile): TranslatedText[] {
  return collect(source, (node) => {
    if (!isTranslation(node)) return [];
    const [text, ...values] = node.arguments;
    return [
      {
        place: placeOf(node),
        text: text && ts.isStringLiteralLike(text) ? text.text : undefined,
        values: values.some(ts.isSpreadElement) ? undefined : values.length,
        early: !isDeferred(node),
      },
    ];
  });
}

/** A literal, or a template with `{}` for each value. */
export interface PlainLiteral {
  readonly node: ts.Expression;
  readonly text: string;
}

/** Literals outside of `l10n.t`, of imports and of types. */
export function plainLiterals(source: ts.SourceFile): PlainLiteral[] {
  return collect(source, (node) => {
    const text = textOf(node);
    if (text === undefined || isTranslation(node.parent)) return [];
    if (ts.isLiteralTypeNode(node.parent) || ts.isImportDeclaration(node.parent)) return [];
    return [{ node: node as ts.Expression, text }];
  });
}

/** The last part of a called expression, such as `warn` in `log.warn`. */
export function nameOf(expression: ts.Expression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function collect<T>(node: ts.Node, find: (node: ts.Node) => readonly T[]): T[] {
  const found = [...find(node)];
  ts.forEachChild(node, (child) => {
    found.push(...collect(child, find));
  });
  return found;
}

function isTranslation(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText());
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('{}');
}

function isDeferred(node: ts.Node): boolean {
  if (ts.isSourceFile(node)) return false;
  if (ts.isFunctionLike(node)) return true;
  if (
    ts.isPropertyDeclaration(node) &&
    !node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
  )
    return true;
  return isDeferred(node.parent);
}
