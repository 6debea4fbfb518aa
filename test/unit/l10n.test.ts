import assert from 'node:assert/strict';
import ts from 'typescript';
import {
  nameOf,
  placeOf,
  plainLiterals,
  sourcesOf,
  translatedTexts,
  type PlainLiteral,
} from '../support/texts/sourceTexts';

/** Folders in which every sentence must go through l10n. */
const rooms = [
  ...[
    'access',
    'account',
    'azure',
    'changes',
    'commands',
    'files',
    'grants',
    'inventory',
    'keys',
    'logs',
    'map',
  ],
  ...['reports', 'tree', 'ui', 'webview'],
];

/** Functions and classes that show their arguments to users. */
const showing = new Set([
  ...['tell', 'warn', 'tellCopied', 'confirm', 'withProgress', 'note', 'report'],
  ...['UserError', 'AccountError', 'AzureError', 'RestError'],
  ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'],
]);
const shown = new Set([
  ...['title', 'placeHolder', 'prompt', 'label', 'description', 'detail', 'tooltip', 'none'],
  ...['reason', 'nextStep'],
]);

/** Programming errors, patterns, and other strings that users never see. */
const unheard = new Set(['RangeError', 'TypeError', 'DOMException', 'RegExp']);

/** Names of products, plans and roles, which aren't translated. */
const names =
  /^(Linux|Windows|Azure CLI|Azure PowerShell|\.NET \d.*|(Node\.js|Python|PowerShell|Java) [\d.]+|(Linux|Flex) Consumption|Key Vault (Reader|Contributor|Purge Operator|Secrets (User|Officer))|User Access Administrator|Website Contributor|Storage (Account|Blob Data|File Data Privileged|Queue Data|Table Data) (Owner|Contributor|Reader|Message (Sender|Processor))|EventGrid Data Sender|App Configuration Data (Reader|Owner)|Cognitive Services (OpenAI )?User|Search Index Data (Reader|Contributor)|Azure (Service Bus|Event Hubs) Data (Receiver|Sender)|(SignalR|Web PubSub) Service Owner)$/;

/** Strings that other programs read or write. */
const foreign: readonly RegExp[] = [
  /^(where|extend|project|union) |^order by |^Resources \||^\| | = properties\.|^timestamp, itemId, /, // Kusto
  / eq '/, // OData
  /^Bearer /,
  /^(Authentication=|User Id$)/, // SqlClient
  /^(\$\()?(az|node) /, // commands
  /^\nvar query = /, // a script
  /^ in \{\}:line |^ {3}at /, // .NET stack traces
  /^Ending Log Tail/, // Kudu
  /^\{\} ms$/, // the debug log
  /^HTTP \{\}$/,
  /^(text\/plain;|style-src |text\{font:|<[?!\w])/, // content types, CSS, SVG and HTML
  /^(Caller is not authorized|Client address is|The request was forbidden by NSP|Public network access is| permission on key vault $)/, // Key Vault
  /^(Primary|Secondary) Read Only$/, // keys of App Configuration
  /^(of the new identity|not asked for)$/, // stand for what is not known, and are held against nothing
  /^(Cosmos DB Built-in Data (Reader|Contributor)|Monitoring Metrics Publisher|Container Registry Repository Reader|Data (Owner|Contributor))$/, // roles
  /^(EventGrid Data Sender|(App Configuration|Search Index) Data (Reader|Contributor)|Search Service Contributor|Cognitive Services( OpenAI)? User|IoT Hub Data Contributor)$/,
  /^(app|vault|identity|resource|secret|other|group|group other) \{\}/, // nodes of the access map
  /^(edge|layer|icon|answer|card|way) /, // CSS classes
  /^\{\} (packages|versions|identity)\.txt$/, // files
];

/** Sample input. */
const examples = new Set([
  ...['name=value, other=value', 'name=value&other=value', '{ "name": "value" }'],
  ...['Accept: application/json | X-Name: value', '2027-12-31 or 2027-12-31T18:00:00Z'],
  'https://my-vault.vault.azure.net/secrets/my-secret',
  '/subscriptions/…/resourceGroups/…/providers/…',
]);

/** Test code, and code that Keyless writes. */
const unspoken =
  /^src\/(account\/testSession\.ts|access\/replace\/sql\/(transactSql|postgres)\.ts|changes\/equivalents\/|templates\/)/;

const sources = rooms.flatMap(sourcesOf).filter(({ fileName }) => !unspoken.test(fileName));

describe('texts in the code', () => {
  const texts = sources.flatMap(translatedTexts);

  it('are literals that a tool can collect', () => {
    assert.ok(texts.length > 800, String(texts.length));
    assert.deepEqual(
      texts.filter(({ text }) => text === undefined).map(({ place }) => place),
      [],
    );
  });

  it('have exactly one value for each placeholder', () => {
    const wrong = texts.filter(({ text = '', values }) => {
      const places = new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, index]) => Number(index)));
      return values !== undefined && (places.size !== values || Math.max(-1, ...places) >= values);
    });
    assert.deepEqual(wrong, []);
  });

  it('are looked up when needed, not before the language is known', () => {
    const early = sources.flatMap(translatedTexts).filter((text) => text.early);
    assert.deepEqual(early, []);
  });

  it('go through l10n wherever they are shown', () => {
    const plain = sources.flatMap(plainLiterals).filter(({ node, text }) => {
      return hasWords(text) && !isKnown(text) && isShown(node);
    });
    assert.deepEqual(plain.map(told), []);
  });

  it('go through l10n if they are sentences, however they are used', () => {
    assert.deepEqual(sources.flatMap(plainLiterals).filter(speaks).map(told), []);
  });

  it('have no unused exceptions for strings of other programs', () => {
    const all = sources.flatMap(plainLiterals);
    assert.deepEqual(
      foreign.filter((form) => !all.some(({ text }) => form.test(text))),
      [],
    );
  });
});

/** Whether a literal contains two words in a row, or a value and a word. */
function speaks({ node, text }: PlainLiteral): boolean {
  const words = /[a-z]{2}[,.:;…]? +([a-z]{2}|\{\})|\{\}[,.:;…]? +[a-z]{2}/i;
  return (
    words.test(withoutIcons(text)) &&
    !isKnown(text) &&
    !foreign.some((form) => form.test(text)) &&
    !isUnheard(node)
  );
}

function isUnheard({ parent }: ts.Node): boolean {
  if (ts.isTaggedTemplateExpression(parent)) return true; // String.raw, for patterns
  const isCall = ts.isCallExpression(parent) || ts.isNewExpression(parent);
  return isCall && (unheard.has(nameOf(parent.expression)) || isLog(parent.expression));
}

/** Whether a literal is an argument or a property that users see, or one of its possible values. */
function isShown(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isBinaryExpression(parent)) return isShown(parent);
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isShown(parent);
  if (ts.isPropertyAssignment(parent))
    return parent.initializer === node && ts.isIdentifier(parent.name) && shown.has(parent.name.text);
  const isCall = ts.isCallExpression(parent) || ts.isNewExpression(parent);
  return isCall && showing.has(nameOf(parent.expression)) && !isLog(parent.expression);
}

function isLog(expression: ts.Expression): boolean {
  if (/(^|\.)log$/.test(expression.getText())) return true;
  return ts.isPropertyAccessExpression(expression) && /log$/i.test(expression.expression.getText());
}

function isKnown(text: string): boolean {
  return names.test(text) || examples.has(text);
}

function hasWords(text: string): boolean {
  return /[a-z]{2}/i.test(withoutIcons(text));
}

function withoutIcons(text: string): string {
  return text.replace(/\$\([\w~-]+\)/g, '');
}

function told({ node }: PlainLiteral): string {
  return `${placeOf(node)} ${node.getText()}`;
}
