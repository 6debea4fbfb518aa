import type { Node } from '../../tree/nodes/nodes';
import type { ChangesTarget } from './copyChange';
import type { CommandTable } from '../command';
import type { Services } from '../services';

/** Commands that copy a change as code for another tool. Each loads on first use. */
export const changesCommands: CommandTable = {
  'keyless.copyAsAzureCli': (services, node?: Node | ChangesTarget, nodes?: readonly Node[]) =>
    copy(services, 'azureCli', node, nodes),
  'keyless.copyAsPowerShell': (services, node?: Node | ChangesTarget, nodes?: readonly Node[]) =>
    copy(services, 'powerShell', node, nodes),
  'keyless.copyAsBicep': (services, node?: Node | ChangesTarget, nodes?: readonly Node[]) =>
    copy(services, 'bicep', node, nodes),
};

async function copy(
  services: Pick<Services, 'changes'>,
  language: 'azureCli' | 'powerShell' | 'bicep',
  node?: Node | ChangesTarget,
  nodes?: readonly Node[],
): Promise<void> {
  const { copyChange } = await import('./copyChange');
  await copyChange(services, language, ...(nodes && nodes.length > 0 ? nodes : node ? [node] : []));
}
