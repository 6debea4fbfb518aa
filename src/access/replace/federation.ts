import * as l10n from '@vscode/l10n';
import type { ReplaceFacts } from './replaceFacts';

/**
 * What someone has to do until an app needs no client secret of an app registration, step by step. Keyless can't do it: who may
 * change an app registration is up to Microsoft Entra ID, and the app's code may be what signs in.
 */
export function withoutClientSecret(facts: ReplaceFacts): string[] {
  const { name } = facts.finding;
  if (facts.finding.kind === 'signInSecret') return ofSignIn(facts);
  if (/^AZURE_CLIENT_SECRET$/i.test(name)) return ofEnvironment(facts);
  if (/^AzureWebJobsSecretStorageKeyVaultClientSecret$/i.test(name)) return ofHostKeys(facts);
  const connection = /^(.+)(?:__|:)clientSecret$/i.exec(name)?.[1];
  return connection === undefined ? ofCode(facts) : ofConnection(facts, connection);
}

/** App Service authentication (azure-docs, configure-authentication-provider-aad.md, "Use a managed identity instead of a secret"). */
function ofSignIn(facts: ReplaceFacts): string[] {
  const { app, finding, identity } = facts;
  if (identity.kind !== 'user-assigned') return [otherIdentity(app.name)];
  const setting = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID';
  const command = `az webapp auth microsoft update --ids "${app.id}" --client-secret-setting-name ${setting}`;
  return [
    trustStep(identity.principalId),
    l10n.t('Set the app setting {0} to {1}, as a slot setting.', setting, identity.clientId),
    l10n.t('Let the identity provider take that in place of the secret: {0}', command),
    l10n.t(
      'After a few minutes, sign in to {0} in a private window. Only then delete the setting {1}, and the secret of the app registration, which nobody can read again.',
      ...[app.name, finding.name],
    ),
  ];
}

/** The environment comes before the identity (Azure.Identity, DefaultAzureCredential). */
function ofEnvironment(facts: ReplaceFacts): string[] {
  const { app, identity } = facts;
  const isUser = identity.kind === 'user-assigned';
  return [
    rolesStep(),
    isUser
      ? l10n.t(
          'If the code uses DefaultAzureCredential, in one write set AZURE_CLIENT_ID to {0}, and delete AZURE_CLIENT_SECRET and AZURE_TENANT_ID. It then signs in as the identity, without a change.',
          identity.clientId,
        )
      : l10n.t(
          'If the code uses DefaultAzureCredential, delete AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, and AZURE_TENANT_ID in one write. It then signs in as the identity of {0}, without a change.',
          app.name,
        ),
    ...ofCode(facts),
  ];
}

/** The code goes on to sign in as the app registration, such as in another tenant. */
function ofCode({ app, finding, identity }: ReplaceFacts): string[] {
  if (identity.kind !== 'user-assigned') return [otherIdentity(app.name)];
  return [
    trustStep(identity.principalId),
    l10n.t(
      'If the code must stay the app registration, let it sign in with ClientAssertionCredential. As the assertion, it sends a token that ManagedIdentityCredential with the client ID {0} gets for {1}.',
      ...[identity.clientId, `${audience}/.default`],
    ),
    l10n.t('Deploy that, check that it works, and then delete the setting {0}.', finding.name),
  ];
}

/** A connection of bindings (azure-sdk-for-net, Microsoft.Extensions.Azure, ClientFactory.cs). */
function ofConnection({ app, identity }: ReplaceFacts, connection: string): string[] {
  const own = (member: string) => `${connection}__${member}`;
  return [
    rolesStep(),
    identity.kind === 'user-assigned'
      ? l10n.t(
          'In one write, set {0} to managedidentity and {1} to {2}, and delete {3} and {4}.',
          ...[own('credential'), own('clientId'), identity.clientId, own('clientSecret'), own('tenantId')],
        )
      : l10n.t(
          'In one write, delete {0}, {1}, and {2}. The bindings then use the identity of {3}.',
          ...[own('clientSecret'), own('clientId'), own('tenantId'), app.name],
        ),
    l10n.t('Watch the log stream of {0}: its triggers must start to listen again.', app.name),
  ];
}

/** The host keeps its keys in a vault (azure-functions-host, KeyVaultSecretsRepository.cs). */
function ofHostKeys({ app, identity }: ReplaceFacts): string[] {
  const own = (member: string) => `AzureWebJobsSecretStorageKeyVault${member}`;
  return [
    l10n.t('Assign {0} on the key vault to the identity of {1}.', 'Key Vault Secrets Officer', app.name),
    identity.kind === 'user-assigned'
      ? l10n.t(
          'In one write, set {0} to {1}, and delete {2} and {3}.',
          ...[own('ClientId'), identity.clientId, own('ClientSecret'), own('TenantId')],
        )
      : l10n.t(
          'In one write, delete {0}, {1}, and {2}.',
          ...[own('ClientSecret'), own('ClientId'), own('TenantId')],
        ),
    l10n.t('Check that a function accepts its key as before.'),
  ];
}

/** The public cloud's; others add a suffix (Microsoft Learn, "Configure an application to trust a managed identity"). */
const audience = 'api://AzureADTokenExchange';

function rolesStep(): string {
  return l10n.t('Give the identity the same roles that the app registration has.');
}

function otherIdentity(app: string): string {
  return l10n.t(
    'Assign a user-assigned identity to {0}, and open this plan again for it. An app registration trusts no system-assigned identity.',
    app,
  );
}

/** In bash. The service compares issuer and subject by case, and stores wrong ones without a complaint. */
function trustStep(principalId: string): string {
  const tenant = '$(az account show --query tenantId --output tsv)';
  const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`;
  const body = { name: `identity-${principalId}`, issuer, subject: principalId, audiences: [audience] };
  const json = JSON.stringify(body).replaceAll('"', String.raw`\"`);
  return l10n.t(
    'Let the app registration trust the identity, as one of its owners: {0}',
    `az ad app federated-credential create --id "$CLIENT_ID_OF_THE_REGISTRATION" --parameters "${json}"`,
  );
}
