import assert from 'node:assert/strict';
import ts from 'typescript';
import { declarationsOf, nameOf, partAround, readSource, usedBy, walk } from './support/sourceParts';

/** Functions of src/azure that send a request that could write but change nothing in Azure, with the reason. */
const writesNothing: Readonly<Record<string, string>> = {
  'appProject.ts namesIn': 'reads',
  'appSettings.ts readAll': 'settings are read by POST',
  'settingReferences.ts refreshReferences': 'App Service looks at its references anew',
  'graph.ts post': 'a question to the directory',
  'insights.ts queryInsights': 'a query',
  'invoke.ts invokeFunction': "the person's own request to a function",
  'nameChecks.ts whyNameIsTaken': 'a question',
  'resourceGraph.ts queryResourceGraph': 'a query',
  'scm.ts touchScmFile': "a mark for the host's log level, in LogFiles, which the host takes away again",
  'sites.ts getFunctionKeys': 'keys are read by POST',
  'sites.ts getHostKeys': 'keys are read by POST',
  'keyRotation.ts listAt': 'keys are read by POST',
  'serviceKeys.ts listRegistryPasswords': 'passwords are read by POST',
  'identityProbe.ts testIdentity': 'a script that asks for a token',
};

/** Calls that record a change; `changed` is what applied plans get for it (grants/apply.ts). */
const telling = new Set(['record', 'recordSiteFile', 'changed']);

/** A function, method, or table entry. */
interface Part {
  readonly name: string;
  readonly uses: Set<ts.Node>;
  /** Records a change itself. */
  records: boolean;
  writes: boolean;
  showsModal: boolean;
}

/** The work that a progress notification is shown for. */
interface Work {
  readonly from: string;
  readonly uses: readonly ts.Node[];
}

/** Read from the code. What is called through `services` isn't followed. */
describe('Every path through the code', function () {
  this.timeout(120_000);

  const parts = new Map<ts.Node, Part>();
  const works: Work[] = [];
  before(() => {
    readParts(parts, works);
  });

  /** A function that records one change is assumed to record all of its changes. */
  describe('from a command to a write', () => {
    it('records the change', () => {
      const used = new Set(
        [...parts].flatMap(([node, { uses }]) => [...uses].filter((other) => other !== node)),
      );
      const ways = [...parts].flatMap(([node, part]) => (used.has(node) ? [] : untoldWay(parts, node, part)));
      assert.deepEqual(ways, []);
    });

    it('is checked: writes are found, and no exception is unused', () => {
      const writing = [...parts.values()].filter(({ writes }) => writes).map(({ name }) => name);
      for (const name of [
        'siteFiles.ts writeSiteFile',
        'resources.ts deleteResource',
        'secrets.ts setSecret',
      ])
        assert.ok(writing.includes(name), name);
      assert.deepEqual(
        Object.keys(writesNothing).filter((name) => ![...parts.values()].some((part) => part.name === name)),
        [],
      );
    });
  });

  describe('from a progress notification', () => {
    it("shows no dialog, which the notification can't go on without", () => {
      assert.deepEqual(
        works.flatMap((work) => waysToDialogs(parts, work)),
        [],
      );
    });

    it('is checked: notifications and dialogs are found', () => {
      assert.ok(works.length > 50);
      assert.ok([...parts.values()].filter(({ showsModal }) => showsModal).length > 5);
    });
  });
});

/** The names on each path from the work to a dialog. */
function waysToDialogs(parts: ReadonlyMap<ts.Node, Part>, { from, uses }: Work): string[] {
  const reached = new Map(uses.map((one) => [one, `${from} > ${nameOf(one)}`]));
  for (const [one, way] of reached)
    for (const next of parts.get(one)?.uses ?? [])
      if (!reached.has(next)) reached.set(next, `${way} > ${nameOf(next)}`);
  return [...reached].flatMap(([one, way]) => (parts.get(one)?.showsModal ? [way] : []));
}

/** The names on a path to a write that no function on it records; empty if there is none. */
function untoldWay(
  parts: ReadonlyMap<ts.Node, Part>,
  node: ts.Node,
  part: Part,
  seen = new Set<ts.Node>(),
): string[] {
  if (part.records || seen.has(node) || part.name in writesNothing) return [];
  seen.add(node);
  if (part.writes) return [part.name];
  for (const used of part.uses) {
    const next = parts.get(used);
    const [way] = next ? untoldWay(parts, used, next, seen) : [];
    if (way !== undefined) return [`${part.name} > ${way}`];
  }
  return [];
}

/** All parts of the extension, by declaration, and the work under progress notifications. */
function readParts(parts: Map<ts.Node, Part>, works: Work[]): void {
  const { checker, sources } = readSource();
  for (const source of sources) {
    const inAzure = source.fileName.includes('/src/azure/');
    walk(source, (node) => {
      const declaration = partAround(node);
      const part = parts.get(declaration) ?? newPart(declaration);
      parts.set(declaration, part);
      for (const used of usedBy(node, checker)) part.uses.add(partAround(used));
      const called = ts.isCallExpression(node) ? node.expression : undefined;
      part.records ||= called !== undefined && telling.has(nameOfCalled(called));
      part.writes ||=
        inAzure && (isWritingMethod(node) || (called !== undefined && isWriteOfSdk(called, checker)));
      part.showsModal ||= ts.isPropertyAssignment(node) && node.getText() === 'modal: true';
      const work = workOf(node);
      if (!work) return;
      const uses: ts.Node[] = [];
      walk(work, (inside) => uses.push(...usedBy(inside, checker).map(partAround)));
      // The part itself also does what isn't under its notification.
      works.push({ from: part.name, uses: uses.filter((one) => one !== declaration) });
    });
  }
}

function newPart(declaration: ts.Node): Part {
  return { name: nameOf(declaration), uses: new Set(), records: false, writes: false, showsModal: false };
}

/** What a progress notification is shown for. */
function workOf(node: ts.Node): ts.Node | undefined {
  const isProgress = ts.isCallExpression(node) && node.expression.getText() === 'withProgress';
  return isProgress ? node.arguments[1] : undefined;
}

/** An HTTP method in a value, not in a type. */
function isWritingMethod(node: ts.Node): boolean {
  return (
    ts.isStringLiteral(node) &&
    !ts.isLiteralTypeNode(node.parent) &&
    /^(PUT|POST|PATCH|DELETE)$/.test(node.text)
  );
}

function isWriteOfSdk(called: ts.Expression, checker: ts.TypeChecker): boolean {
  const name = ts.isPropertyAccessExpression(called) ? called.name : called;
  return (
    ts.isIdentifier(name) &&
    /^(set|update|begin|purge|restore|deleteById|createOrUpdate)/.test(name.text) &&
    declarationsOf(name, checker).some((one) =>
      /node_modules\/@azure\/(keyvault|arm)-/.test(one.getSourceFile().fileName),
    )
  );
}

function nameOfCalled(called: ts.Expression): string {
  return ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
}
