import fs from 'node:fs';
import type * as servicesWorld from '../../integration/servicesWorld';
import type { SandboxReady } from '../../support/sandbox';
import type { Node } from '../../../src/tree/nodes/nodes';
import { report } from '../probe';
import type { TreeFigures } from './treeFigures';

/** VS Code calls this in its extension host. It reads what a person sees who expands every subscription and its groups. */
export async function run(): Promise<void> {
  const { KEYLESS_TEST_SANDBOX: readyFile = '' } = process.env;
  const ready = JSON.parse(fs.readFileSync(readyFile, 'utf8')) as SandboxReady;
  const sandbox = { ready, readyFile, output: () => '', stop: () => Promise.resolve() };
  const start = performance.now();
  const { openServicesWorld, recordingLog }: typeof servicesWorld =
    await import('../../integration/servicesWorld');
  const { tree } = await openServicesWorld(sandbox, recordingLog([]));
  const signedIn = performance.now();
  let rows = 0;
  let firstRow: number | undefined;
  const below = async (node?: Node): Promise<Node[]> => {
    const nodes = await tree.getChildren(node);
    for (const one of nodes) tree.getTreeItem(one);
    rows += nodes.length;
    if (nodes.some(({ kind }) => kind === 'app')) firstRow ??= performance.now();
    return nodes;
  };
  const groups = await Promise.all((await below()).map(below));
  await Promise.all(groups.flat().map(below));
  const figures: TreeFigures = {
    signInMs: signedIn - start,
    firstRowMs: (firstRow ?? NaN) - signedIn,
    allRowsMs: performance.now() - signedIn,
    rows,
  };
  report(figures);
}
