import type {
  AppTarget,
  FunctionTarget,
  PolicyTarget,
  SecretTarget,
  VaultTarget,
} from '../inventory/targets';
import type { Services } from './services';

/**
 * What VS Code passes to a command: the node that was clicked, and all selected nodes if several are; from the
 * palette nothing, and the command asks.
 */
export type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** Runs one of `commands` with what VS Code passed. What it throws is shown, once, here. */
export async function runCommand(
  services: Services,
  commands: Readonly<Record<string, Run>>,
  id: string,
  args: readonly unknown[],
): Promise<void> {
  await runShown(services, titleOf(services, id), async () => {
    // The tables and package.json name the same commands (test/unit/manifest.test.ts); menus pass the nodes they are for.
    await commands[id]?.(services, ...(args as [never?, never?]));
  });
}

/** Runs what a person asked for by no command. What it throws is shown under a title. */
export async function runShown(services: Services, title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { showError } = await import('../ui/errors');
    showError(services.log, title, error);
  }
}

/** The commands of this folder on apps, vaults, secrets and functions. Each loads with its first use. */
export const resourceCommands: Readonly<Record<string, Run>> = {
  'keyless.enableSystemAssignedIdentity': async (services, node?: AppTarget) =>
    (await import('./identities/enableSystemAssignedIdentity')).enableSystemAssignedIdentity(services, node),
  'keyless.disableSystemAssignedIdentity': async (services, node?: AppTarget) =>
    (await import('./identities/disableSystemAssignedIdentity')).disableSystemAssignedIdentity(
      services,
      node,
    ),
  'keyless.addAccessPolicy': async (services, node?: AppTarget | VaultTarget) =>
    (await import('./rights/addAccessPolicy')).addAccessPolicy(services, node),
  'keyless.removeAccessPolicy': async (services, node?: VaultTarget | PolicyTarget) =>
    (await import('./rights/removeAccessPolicy')).removeAccessPolicy(services, node),
  'keyless.copySecretUri': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./keyVault/copySecretUri')).copySecretUri(services, node, nodes),
  'keyless.copySecretUriWithoutVersion': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./keyVault/copySecretUri')).copySecretUriWithoutVersion(services, node, nodes),
  'keyless.copySecretUriOfCurrentVersion': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./keyVault/copySecretUri')).copySecretUriOfCurrentVersion(services, node, nodes),
  'keyless.copyKeyVaultReference': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./keyVault/copySecretUri')).copyKeyVaultReference(services, node, nodes),
  'keyless.createSecret': async (services, node?: VaultTarget) =>
    (await import('./keyVault/createSecret')).createSecret(services, node),
  'keyless.showSecretValue': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./keyVault/secretValue')).showSecretValue(services, node),
  'keyless.copySecretValue': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./keyVault/secretValue')).copySecretValue(services, node),
  'keyless.runFunction': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functions/runFunction')).runFunction(services, node),
  'keyless.copyFunctionUrl': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functions/functionUrl')).copyFunctionUrl(services, node),
  'keyless.copyFunctionUrlWithKey': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functions/functionUrl')).copyFunctionUrlWithKey(services, node),
  'keyless.manageFunctionKeys': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functions/manageFunctionKeys')).manageFunctionKeys(services, node),
  'keyless.startApp': async (services, node?: AppTarget) =>
    (await import('./apps/appState')).startApp(services, node),
  'keyless.stopApp': async (services, node?: AppTarget) =>
    (await import('./apps/appState')).stopApp(services, node),
  'keyless.restartApp': async (services, node?: AppTarget) =>
    (await import('./apps/appState')).restartApp(services, node),
};

/** A command's title as package.json has it, in the window's language: one source for palette, menus and errors. */
function titleOf(services: Services, id: string): string {
  const contributed = services.packageJson.contributes.commands.find(({ command }) => command === id);
  if (contributed === undefined) return id;
  const { title } = contributed;
  return (typeof title === 'string' ? title : title.value).replace(/…$/, '');
}
