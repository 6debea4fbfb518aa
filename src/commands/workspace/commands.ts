import type { AppTarget } from '../../inventory/targets';
import type { FileSecretTarget } from '../../workspace/secretActions';
import type { CommandTable } from '../command';

/** Commands about secrets in the files of the workspace. Each loads on first use. */
export const workspaceCommands: CommandTable = {
  'keyless.findSecrets': async (services) => (await import('./findSecrets')).findSecrets(services),
  'keyless.replaceFileSecret': async (services, target?: FileSecretTarget) =>
    (await import('./replaceFileSecret')).replaceFileSecret(services, target),
  'keyless.secretValue': async (services, args?: { readonly secret?: unknown }) =>
    (await import('./secretInput')).secretInput(services, args),
  'keyless.downloadSettings': async (services, node?: AppTarget) =>
    (await import('./downloadSettings')).downloadSettings(services, node),
};
