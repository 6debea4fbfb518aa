import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../support/paths';

/** Folders whose texts can be translated, except for files without `vscode`, which unit tests run. */
const rooms = ['commands', 'ui', 'logs', 'account', 'files', 'tree', 'map'];

/** What shows its arguments to people. */
const showing = new Set([
  ...['tell', 'warn', 'tellCopied', 'confirm', 'withProgress', 'UserError', 'AccountError'],
  ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'],
]);
const shown = new Set([
  'title',
  'placeHolder',
  'prompt',
  'label',
  'description',
  'detail',
  'tooltip',
  'none',
]);

/** Names of products, which are the same in every language. */
const names = /^(Linux|Windows|Azure CLI|\.NET \d.*|(Node\.js|Python|PowerShell|Java) [\d.]+)$/;

/** Examples of what to enter. */
const examples = new Set([
  ...['name=value, other=value', 'name=value&other=value', '{ "name": "value" }'],
  ...['Accept: application/json | X-Name: value', '2027-12-31 or 2027-12-31T18:00:00Z'],
  'https://my-vault.vault.azure.net/secrets/my-secret',
  '/subscriptions/…/resourceGroups/…/providers/…',
]);

interface Text {
  readonly place: string;
  readonly text: string | undefined;
  /** Not known where they are spread. */
  readonly values: number | undefined;
}

const sources = rooms.flatMap((room) =>
  fs
    .globSync('*.ts', { cwd: path.join(root, 'src', room) })
    .map((name) => path.join('src', room, name))
    .map((name) =>
      ts.createSourceFile(name, fs.readFileSync(path.join(root, name), 'utf8'), ts.ScriptTarget.ES2023, true),
    )
    .filter((source) => /from 'vscode'/.test(source.text)),
);

describe('texts of the code', () => {
  const texts = sources.flatMap(translatedTexts);

  it('are literals, which a tool can collect', () => {
    assert.ok(texts.length > 500, String(texts.length));
    assert.deepEqual(
      texts.filter(({ text }) => text === undefined).map(({ place }) => place),
      [],
    );
  });

  it('have a place for each value, and a value for each place', () => {
    const wrong = texts.filter(({ text = '', values }) => {
      const places = new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, index]) => Number(index)));
      return values !== undefined && (places.size !== values || Math.max(-1, ...places) >= values);
    });
    assert.deepEqual(wrong, []);
  });

  it('all go through vscode.l10n', () => {
    assert.deepEqual(sources.flatMap(plainTexts), []);
  });
});

function translatedTexts(source: ts.SourceFile): Text[] {
  return collect(source, (node) => {
    if (!ts.isCallExpression(node) || !isTranslation(node)) return [];
    const [text, ...values] = node.arguments;
    const literal = text && ts.isStringLiteralLike(text) ? text.text : undefined;
    const count = values.some(ts.isSpreadElement) ? undefined : values.length;
    return [{ place: placeOf(node), text: literal, values: count }];
  });
}

/** Literals with words in them that are shown as they are. */
function plainTexts(source: ts.SourceFile): string[] {
  return collect(source, (node) => {
    const speaks = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (speaks && showing.has(nameOf(node.expression)) && !isLog(node.expression))
      return (node.arguments ?? []).flatMap(literals);
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && shown.has(node.name.text))
      return literals(node.initializer);
    return [];
  }).map((node) => `${placeOf(node)} ${node.getText()}`);
}

function literals(node: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...literals(node.left), ...literals(node.right)];
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    return hasWords(parts.join(' ')) ? [node] : [];
  }
  if (!ts.isStringLiteralLike(node) || names.test(node.text) || examples.has(node.text)) return [];
  return hasWords(node.text) ? [node] : [];
}

/** Icons such as `$(check)` are no words. */
function hasWords(text: string): boolean {
  return /[a-z]{2}/i.test(text.replace(/\$\([\w~-]+\)/g, ''));
}

function isTranslation({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && /(^|\.)l10n\.t$/.test(expression.getText());
}

function isLog(expression: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(expression) && /log$/i.test(expression.expression.getText());
}

function nameOf(expression: ts.Expression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

function placeOf(node: ts.Node): string {
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
