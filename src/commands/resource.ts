import * as vscode from 'vscode';
import type { Connection } from '../azure/connection';
import { UserError } from '../ui/errors';
import { tellCopied } from '../ui/messages';
import { withProgress } from '../ui/progress';
import type { Choice } from '../ui/quickPick';
import { pickOne } from '../ui/quickPick';
import { withoutSecretValues } from './redact';
import type { Services } from './services';

/** What these commands need of a node: an ARM ID, a principal, or both. */
export interface ResourceTarget {
  /** Absent where the resource is only remembered. */
  readonly connection?: Connection;
  readonly resourceId?: string;
  readonly principalId?: string;
}

/** Opens the resource's page in the portal of its cloud. */
export async function openInPortal(services: Services, target?: ResourceTarget): Promise<void> {
  const { connection, resourceId } = target ?? (await pickResource(services, 'Open in Portal'));
  if (!connection || !resourceId) throw new UserError('This item has no page in the portal');
  if (!connection.cloud.portal) throw new UserError(`${connection.cloud.name} has no portal`);
  const page = `${connection.cloud.portal}/#@${encodeURIComponent(connection.tenantId)}/resource${encodeURI(resourceId)}`;
  await vscode.env.openExternal(vscode.Uri.parse(page, true));
}

/** Copies ARM IDs, one a line. */
export async function copyResourceId(
  services: Services,
  ...targets: readonly ResourceTarget[]
): Promise<void> {
  const chosen = targets.length > 0 ? targets : [await pickResource(services, 'Copy Resource ID')];
  await copyLines(
    chosen.map(({ resourceId }) => resourceId),
    'Resource ID',
  );
}

/** Copies object IDs of principals, one a line. */
export async function copyPrincipalId(
  services: Services,
  ...targets: readonly ResourceTarget[]
): Promise<void> {
  const chosen = targets.length > 0 ? targets : [await pickPrincipal(services)];
  await copyLines(
    chosen.map(({ principalId }) => principalId),
    'Principal ID',
  );
}

/** Shows a resource as Resource Manager knows it, in a read-only document, without secret values. */
export async function viewJson(services: Services, target?: ResourceTarget): Promise<void> {
  const { connection, resourceId } = target ?? (await pickResource(services, 'View JSON'));
  if (!connection || !resourceId) throw new UserError('This item has no JSON');
  const json = await withProgress('Reading the resource', async (signal) => {
    const { getResourceJson } = await import('../azure/resources');
    return getResourceJson(connection, resourceId, signal);
  });
  const name = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  await services.documents.show(`${name}.json`, `${JSON.stringify(withoutSecretValues(json), null, 2)}\n`);
}

async function copyLines(ids: readonly (string | undefined)[], what: string): Promise<void> {
  const lines = [...new Set(ids.filter((id) => id !== undefined))];
  if (lines.length === 0) throw new UserError(`This item has no ${what.toLowerCase().replace('id', 'ID')}`);
  await vscode.env.clipboard.writeText(lines.join('\n'));
  tellCopied(lines.length === 1 ? `${what} copied` : `${lines.length} ${what}s copied`);
}

async function pickResource({ inventory }: Services, title: string): Promise<ResourceTarget> {
  return pickOne(
    async (signal) => {
      const [apps, vaults] = await Promise.all([inventory.functionApps(signal), inventory.keyVaults(signal)]);
      const choice = (
        icon: string,
        connection: Connection,
        resource: { name: string; resourceGroup: string; subscriptionId: string; id: string },
      ): Choice<ResourceTarget> => ({
        icon,
        label: resource.name,
        description: resource.resourceGroup,
        detail: inventory.subscriptionName(resource.subscriptionId),
        value: { connection, resourceId: resource.id },
      });
      return [
        ...apps.map(({ connection, app }) => choice('zap', connection, app)),
        ...vaults.map(({ connection, vault }) => choice('key', connection, vault)),
      ];
    },
    { title, placeHolder: 'Select a function app or key vault' },
    () =>
      new UserError(
        'No function app or key vault was found',
        'Sign in, or check which subscriptions are shown.',
        [{ title: 'Sign In', command: 'keyless.signIn' }],
      ),
  );
}

async function pickPrincipal({ inventory }: Services): Promise<ResourceTarget> {
  return pickOne<ResourceTarget>(
    async (signal) => {
      const [apps, identities] = await Promise.all([
        inventory.functionApps(signal),
        inventory.userAssignedIdentities(signal),
      ]);
      return [
        ...apps.flatMap(({ app }) => {
          const principalId = app.identity.systemAssigned?.principalId;
          return principalId
            ? [
                {
                  icon: 'zap',
                  label: app.name,
                  description: 'system-assigned identity',
                  detail: principalId,
                  value: { principalId },
                },
              ]
            : [];
        }),
        ...identities.map(({ identity: { name, principalId } }) => ({
          icon: 'account',
          label: name,
          description: 'user-assigned identity',
          detail: principalId,
          value: { principalId },
        })),
      ];
    },
    { title: 'Copy Principal ID', placeHolder: 'Select an identity' },
    () =>
      new UserError(
        'No managed identity was found',
        'Enable the system-assigned identity of a function app first.',
        [{ title: 'Enable Identity', command: 'keyless.enableSystemAssignedIdentity' }],
      ),
  );
}
