import assert from 'node:assert/strict';
import ts from 'typescript';
import { nameOf, partAround, readSource, usedBy, walk } from '../support/sourceParts';

/** Read from the code. What is called through `services` isn't followed. */
describe('Progress', function () {
  this.timeout(120_000);

  it("is never shown behind a dialog that it can't go on without", () => {
    const { uses, modal, underProgress } = readParts();
    assert.ok(modal.size > 5 && underProgress.length > 50);
    const ways = underProgress.flatMap(({ from, first }) => {
      const reached = new Map(first.map((one) => [one, `${from} > ${nameOf(one)}`]));
      for (const [one, way] of reached)
        for (const next of uses.get(one) ?? [])
          if (!reached.has(next)) reached.set(next, `${way} > ${nameOf(next)}`);
      return [...reached].flatMap(([one, way]) => (modal.has(one) ? [way] : []));
    });
    assert.deepEqual(ways, []);
  });
});

/** What each part uses, which parts show a modal dialog, and what the work of each progress notification uses. */
function readParts() {
  const { checker, sources } = readSource();
  const uses = new Map<ts.Node, Set<ts.Node>>();
  const modal = new Set<ts.Node>();
  const underProgress: { readonly from: string; readonly first: readonly ts.Node[] }[] = [];
  for (const source of sources)
    walk(source, (node) => {
      const part = partAround(node);
      const used = uses.get(part) ?? new Set();
      uses.set(part, used);
      for (const one of usedBy(node, checker)) if (partAround(one) !== part) used.add(partAround(one));
      if (ts.isPropertyAssignment(node) && node.getText() === 'modal: true') modal.add(part);
      const work = workOf(node);
      if (!work) return;
      const first: ts.Node[] = [];
      walk(work, (inside) => first.push(...usedBy(inside, checker).map(partAround)));
      underProgress.push({ from: nameOf(part), first: first.filter((one) => one !== part) });
    });
  return { uses, modal, underProgress };
}

/** What a progress notification is shown for. */
function workOf(node: ts.Node): ts.Node | undefined {
  const isProgress = ts.isCallExpression(node) && node.expression.getText() === 'withProgress';
  return isProgress ? node.arguments[1] : undefined;
}
