import type { SecretTarget, SubscriptionTarget, VaultTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';

/** Commands for key vaults and their secrets. Each loads on first use. */
export const keyVaultCommands: CommandTable = {
  'keyless.createKeyVault': async (services, node?: SubscriptionTarget) =>
    (await import('./createKeyVault')).createKeyVault(services, node),
  'keyless.deleteKeyVault': async (services, node?: VaultTarget) =>
    (await import('./deleteKeyVault')).deleteKeyVault(services, node),
  'keyless.recoverKeyVault': async (services, node?: SubscriptionTarget) =>
    (await import('./deleteKeyVault')).recoverKeyVault(services, node),
  'keyless.purgeKeyVault': async (services, node?: SubscriptionTarget) =>
    (await import('./deleteKeyVault')).purgeKeyVault(services, node),
  'keyless.copySecretUri': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./copySecretUri')).copySecretUri(services, node, nodes),
  'keyless.copySecretUriWithoutVersion': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./copySecretUri')).copySecretUriWithoutVersion(services, node, nodes),
  'keyless.copySecretUriOfCurrentVersion': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./copySecretUri')).copySecretUriOfCurrentVersion(services, node, nodes),
  'keyless.copyKeyVaultReference': async (
    services,
    node?: VaultTarget | SecretTarget,
    nodes?: readonly SecretTarget[],
  ) => (await import('./copySecretUri')).copyKeyVaultReference(services, node, nodes),
  'keyless.createSecret': async (services, node?: VaultTarget) =>
    (await import('./createSecret')).createSecret(services, node),
  'keyless.showSecretValue': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./secretValue')).showSecretValue(services, node),
  'keyless.copySecretValue': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./secretValue')).copySecretValue(services, node),
  'keyless.createSecretVersion': async (services, node?: SecretTarget) =>
    (await import('./secretVersions')).createSecretVersion(services, node),
  'keyless.compareSecretVersions': async (services, node?: SecretTarget) =>
    (await import('./secretVersions')).compareSecretVersions(services, node),
  'keyless.editSecret': async (services, node?: SecretTarget) =>
    (await import('./editSecret')).editSecret(services, node),
  'keyless.deleteSecrets': async (services, node?: SecretTarget, nodes?: readonly SecretTarget[]) =>
    (await import('./deletedSecrets')).deleteSecrets(services, node, nodes),
  'keyless.recoverSecret': async (services, node?: VaultTarget) =>
    (await import('./deletedSecrets')).recoverSecret(services, node),
  'keyless.purgeSecret': async (services, node?: VaultTarget) =>
    (await import('./deletedSecrets')).purgeSecret(services, node),
  'keyless.findSecret': async (services, node?: VaultTarget) =>
    (await import('./findSecret')).findSecret(services, node),
  'keyless.openByUri': async (services) => (await import('./findSecret')).openByUri(services),
};
