import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands on secrets and their versions beside those of table.ts. Each loads with its first use. */
export const secretCommands: Readonly<Record<string, Run>> = {
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
