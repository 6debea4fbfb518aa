import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import type { IdentityClaims } from '../../azure/appService/identityProbe';
import { UserError } from '../../ui/errors';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import { plainLine } from '../../ui/text';
import type { AppTarget, AssignedIdentityTarget } from '../../inventory/targets';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Test Identity');

/** Has an app request a token with its identity, and shows the token's claims and expiry, but never the token itself. */
export async function testIdentity(
  services: Pick<Services, 'documents' | 'inventory'>,
  node?: AppTarget | AssignedIdentityTarget,
): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, title()));
  const { connection, app } = target;
  requireFeature(app, 'scmSite');
  const readSecret = {
    title: vscode.l10n.t('Add Function That Reads a Secret'),
    command: 'keyless.addFunctionThatReadsSecret',
    arguments: [{ connection, app }],
  };
  if (app.linux)
    throw new UserError(
      vscode.l10n.t("{0} runs on Linux, where the SCM site can't use the app's identity", app.name),
      vscode.l10n.t('Run a function that reads a secret instead. It tests the identity, too.'),
      [readSecret],
    );
  const clientId = node && 'assigned' in node ? node.assigned.clientId : await pickClientId(target);
  const audience = connection.cloud.vaultAudience;
  const result = await withProgress(
    vscode.l10n.t('Requesting a token from {0}', app.name),
    async (signal) => {
      const azure = await import('../../azure/appService/identityProbe');
      return azure.testIdentity(connection, app, audience, clientId, signal);
    },
  );
  switch (result.kind) {
    case 'claims':
      await services.documents.show(`${app.name} identity.txt`, describe(app.name, audience, result.of));
      return;
    case 'noEndpoint':
      throw new UserError(
        vscode.l10n.t('{0} has no identity to request a token with', app.name),
        vscode.l10n.t(
          'Enable its identity. Also check the setting WEBSITE_DISABLE_MSI, which can turn it off.',
        ),
        [
          {
            title: vscode.l10n.t('Enable System-Assigned Identity'),
            command: 'keyless.enableSystemAssignedIdentity',
            arguments: [{ connection, app }],
          },
        ],
      );
    case 'refused':
      throw new UserError(
        vscode.l10n.t("The app couldn't get a token: {0}", result.reason),
        vscode.l10n.t('If the identity was enabled just now, wait a few minutes and try again.'),
        [readSecret],
      );
  }
}

/** Asks only if the app has several identities. */
async function pickClientId({ app }: AppTarget): Promise<string | undefined> {
  const { systemAssigned, userAssigned } = app.identity;
  const choices = [
    ...(systemAssigned
      ? [{ icon: 'zap', label: vscode.l10n.t('System-assigned identity'), value: { clientId: undefined } }]
      : []),
    ...userAssigned.map(({ resourceId, clientId }): Choice<{ clientId: string | undefined }> => ({
      icon: 'account',
      label: resourceId.split('/').at(-1) ?? clientId,
      description: clientId,
      value: { clientId },
    })),
  ];
  const [first, ...others] = choices;
  if (!first || others.length === 0) return first?.value.clientId;
  const picked = await pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: vscode.l10n.t('Select the identity to test') },
    () => new UserError(vscode.l10n.t('{0} has no identity', app.name)),
  );
  return picked.clientId;
}

function describe(appName: string, audience: string, { claims, expires }: IdentityClaims): string {
  const words: Readonly<Record<string, string>> = {
    oid: vscode.l10n.t('principal ID'),
    appid: vscode.l10n.t('client ID'),
    tid: vscode.l10n.t('tenant ID'),
    aud: vscode.l10n.t('audience'),
    xms_mirid: vscode.l10n.t('resource'),
  };
  const lines = Object.entries(claims).map(([name, value]) => {
    const meaning = words[name];
    return `  ${name.padEnd(10)} ${plainLine(value, 400)}${meaning === undefined ? '' : `   (${meaning})`}`;
  });
  return [
    vscode.l10n.t('{0} got a token for {1}.', appName, audience),
    ...(expires ? [vscode.l10n.t('It expires at {0}.', expires.toISOString())] : []),
    vscode.l10n.t("The token itself didn't leave the app. Its claims:"),
    '',
    ...lines,
    '',
  ].join('\n');
}
