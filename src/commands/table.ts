import type { SubscriptionFilter } from '../account/subscriptionFilter';
import type { ResourceTree } from '../tree/resourceTree';
import { accessCommands } from './access/commands';
import { accountCommands } from './account/commands';
import { appsCommands } from './apps/commands';
import { changesCommands } from './changes/commands';
import type { CommandTable } from './command';
import { filesCommands } from './files/commands';
import { functionsCommands } from './functions/commands';
import { identitiesCommands } from './identities/commands';
import { keyAccessCommands } from './keyAccess/commands';
import { keysCommands } from './keys/commands';
import { keyVaultCommands } from './keyVault/commands';
import { logsCommands } from './logs/commands';
import { replaceCommands } from './replace/commands';
import { resourcesCommands } from './resources/commands';
import { rightsCommands } from './rights/commands';
import { settingsCommands } from './settings/commands';
import { workspaceCommands } from './workspace/commands';

/** Every command that package.json contributes. Each subject folder lists its own. */
export function commandTable(tree: ResourceTree, filter: SubscriptionFilter): CommandTable {
  return {
    ...accessCommands,
    ...accountCommands,
    ...appsCommands,
    ...changesCommands,
    ...filesCommands,
    ...functionsCommands,
    ...identitiesCommands,
    ...keyAccessCommands,
    ...keysCommands,
    ...keyVaultCommands,
    ...logsCommands,
    ...replaceCommands,
    ...resourcesCommands(tree, filter),
    ...rightsCommands,
    ...settingsCommands,
    ...workspaceCommands,
  };
}
