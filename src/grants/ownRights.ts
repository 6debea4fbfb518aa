import * as l10n from '@vscode/l10n';
import { identityConnections } from '../access/credentials/identityConnections';
import { signsInWithoutPassword } from '../access/credentials/sqlValue';
import { environmentVariables } from '../azure/appService/hosting/environmentVariables';
import type { SettingValue } from '../azure/appService/settings/appSettings';
import { readSettings } from '../azure/appService/settings/appSettings';
import { isContainerApp } from '../azure/appService/siteKind';
import type { Connection } from '../azure/core/connection';
import type { FunctionApp } from '../azure/core/model';
import type { Grant } from './grant';

/**
 * Which setting connects an app by its system-assigned identity to a service with rights of its own, which
 * neither Azure RBAC nor Key Vault lists: a Cosmos DB account, a cache, or a SQL database. Those that the grant found don't
 * count.
 * @throws AzureError
 */
export async function settingWithOwnRights(
  c: Connection,
  app: FunctionApp,
  { connectedBefore = [] }: Pick<Grant, 'connectedBefore'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const settings: readonly SettingValue[] = isContainerApp(app)
    ? await environmentVariables(c, app, signal)
    : await readSettings(c, app, signal);
  const own = settings.filter(({ connectionType }) => connectionType === undefined);
  const [connection] = identityConnections(new Map(own.map(({ name, value }) => [name, value]))).filter(
    ({ name, host, clientId }) =>
      clientId === undefined &&
      /^(?:cosmos|redis)$/.test(host?.service ?? '') &&
      !connectedBefore.some((one) => one.toLowerCase().startsWith(`${name}__`.toLowerCase())),
  );
  const name = connection?.name ?? settings.find(({ value }) => signsInWithoutPassword(value))?.name;
  return name === undefined ? undefined : l10n.t('the setting {0} of {1} depends on it', name, app.name);
}
