import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import { withoutSecretValues } from './redact';
import type { Services } from '../services';

/** What these commands need from a node: a resource ID, a principal ID, or both. */
export interface ResourceTarget {
  /** Absent if the resource is only remembered from an earlier session. */
  readonly connection?: Connection;
  readonly resourceId?: string;
  readonly principalId?: string;
}

export async function openInPortal(
  services: Pick<Services, 'inventory'>,
  target?: ResourceTarget,
): Promise<void> {
  const { connection, resourceId } =
    target ?? (await pickResource(services, vscode.l10n.t('Open in Portal')));
  if (!connection || !resourceId)
    throw new UserError(vscode.l10n.t("This item doesn't have a page in the portal"));
  if (!connection.cloud.portal)
    throw new UserError(vscode.l10n.t("{0} doesn't have a portal", connection.cloud.name));
  const page = `${connection.cloud.portal}/#@${encodeURIComponent(connection.tenantId)}/resource${encodeURI(resourceId).replace(/[#?]/g, encodeURIComponent)}`;
  await vscode.env.openExternal(vscode.Uri.parse(page, true));
}

/** Copies resource IDs, one per line. */
export async function copyResourceId(
  services: Pick<Services, 'inventory'>,
  ...targets: readonly ResourceTarget[]
): Promise<void> {
  const chosen =
    targets.length > 0 ? targets : [await pickResource(services, vscode.l10n.t('Copy Resource ID'))];
  await copyLines(
    chosen.map(({ resourceId }) => resourceId),
    vscode.l10n.t('Resource ID'),
    vscode.l10n.t('Resource IDs'),
  );
}

/** Copies the object IDs of principals, one per line. */
export async function copyPrincipalId(
  services: Pick<Services, 'inventory'>,
  ...targets: readonly ResourceTarget[]
): Promise<void> {
  const chosen = targets.length > 0 ? targets : [await pickPrincipal(services)];
  await copyLines(
    chosen.map(({ principalId }) => principalId),
    vscode.l10n.t('Principal ID'),
    vscode.l10n.t('Principal IDs'),
  );
}

/** Shows the JSON of a resource from Resource Manager in a read-only document, without secret values. */
export async function viewJson(
  services: Pick<Services, 'documents' | 'inventory'>,
  target?: ResourceTarget,
): Promise<void> {
  const { connection, resourceId } = target ?? (await pickResource(services, vscode.l10n.t('View JSON')));
  if (!connection || !resourceId) throw new UserError(vscode.l10n.t("This item doesn't have a JSON view"));
  const json = await withProgress(vscode.l10n.t('Reading the resource'), async (signal) => {
    const { getResourceJson } = await import('../../azure/resources/resources');
    return getResourceJson(connection, resourceId, signal);
  });
  const name = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  await services.documents.show(`${name}.json`, `${JSON.stringify(withoutSecretValues(json), null, 2)}\n`);
}

async function copyLines(ids: readonly (string | undefined)[], one: string, many: string): Promise<void> {
  const lines = [...new Set(ids.filter((id) => id !== undefined))];
  if (lines.length === 0) throw new UserError(vscode.l10n.t('This item has no {0}', one));
  await vscode.env.clipboard.writeText(lines.join('\n'));
  tellCopied(
    lines.length === 1
      ? vscode.l10n.t('{0} copied', one)
      : vscode.l10n.t('{0} {1} copied', lines.length, many),
  );
}

async function pickResource(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
): Promise<ResourceTarget> {
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
    { title, placeHolder: vscode.l10n.t('Select a function app or key vault') },
    () =>
      new UserError(
        vscode.l10n.t('No function apps or key vaults were found'),
        vscode.l10n.t('Sign in, or check which subscriptions are shown.'),
        [{ title: vscode.l10n.t('Sign In'), command: 'keyless.signIn' }],
      ),
  );
}

async function pickPrincipal({ inventory }: Pick<Services, 'inventory'>): Promise<ResourceTarget> {
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
                  description: `${vscode.l10n.t('system-assigned identity')} · ${app.resourceGroup}`,
                  detail: principalId,
                  value: { principalId },
                },
              ]
            : [];
        }),
        ...identities.map(({ identity: { name, principalId, resourceGroup } }) => ({
          icon: 'account',
          label: name,
          description: `${vscode.l10n.t('user-assigned identity')} · ${resourceGroup}`,
          detail: principalId,
          value: { principalId },
        })),
      ];
    },
    { title: vscode.l10n.t('Copy Principal ID'), placeHolder: vscode.l10n.t('Select an identity') },
    () =>
      new UserError(
        vscode.l10n.t('No managed identities were found'),
        vscode.l10n.t('Enable the system-assigned identity of a function app first.'),
        [{ title: vscode.l10n.t('Enable Identity'), command: 'keyless.enableSystemAssignedIdentity' }],
      ),
  );
}
