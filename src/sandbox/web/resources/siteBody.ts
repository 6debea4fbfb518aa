import { createHash } from 'node:crypto';
import { idKey, parseArmId } from '../../arm/ids';
import type { SandboxContext } from '../../context';
import type { ManagedServiceIdentity, Site } from '../../world/world';
import { isOnContainerApps } from './containerAppsSite';
import { siteConfigOfSite, siteConstants } from './siteDefaults';

/** A site or slot as Resource Manager returns it, with all members of real answers, most of them null. */
export function siteBody(context: SandboxContext, site: Site): Record<string, unknown> {
  const { name, type, kind } = site;
  const identity = identityBody(site.identity);
  return {
    id: site.id,
    name,
    type,
    kind,
    location: regionName(site.location),
    ...(site.tags === undefined ? {} : { tags: site.tags }),
    properties: siteProperties(context, site),
    ...(identity === undefined ? {} : { identity }),
  };
}

/** The `properties` of {@link siteBody}, also for Resource Graph. */
export function siteProperties(context: SandboxContext, site: Site): Record<string, unknown> {
  const { sitesPort, scmPort } = context.endpoints;
  const [app = '', slot] = site.name.split('/');
  const host = `${site.defaultHostName}:${sitesPort}`;
  const scmHost = `${site.scmHostName}:${scmPort}`;
  const id = parseArmId(site.id);
  const resourceGroup = id?.resourceGroup ?? '';
  const webSpace = `${resourceGroup}-${regionName(site.location).replaceAll(' ', '')}webspace${site.reserved ? '-Linux' : ''}`;
  const displayName = slot === undefined ? app : `${app}(${slot})`;
  const plan = context.world.plans.get(idKey(site.planId));
  const stamp = 'waws-sandbox-001';
  return {
    name: displayName,
    state: site.state,
    hostNames: [host],
    webSpace,
    selfLink: `https://${stamp}.api.sites.localhost:454/subscriptions/${id?.subscriptionId ?? ''}/webspaces/${webSpace}/sites/${app}`,
    repositorySiteName: app,
    enabled: site.enabled,
    enabledHostNames: site.enabled ? [host, scmHost] : [],
    siteProperties: {
      metadata: null,
      properties: [
        { name: 'LinuxFxVersion', value: site.webConfig['linuxFxVersion'] ?? '' },
        { name: 'WindowsFxVersion', value: null },
      ],
      appSettings: null,
    },
    ...siteConstants,
    hostNameSslStates: [
      hostNameSslState(host, 'Standard'),
      ...(isOnContainerApps(site) ? [] : [hostNameSslState(scmHost, 'Repository')]),
    ],
    // Inferred: null for an app on Container Apps, which has no plan.
    serverFarmId: site.planId === '' ? null : site.planId,
    reserved: site.reserved,
    lastModifiedTimeUtc: new Date(site.lastModified ?? 0).toISOString().slice(0, 23),
    vnetRouteAllEnabled: false,
    siteConfig: siteConfig(site),
    deploymentId: app,
    slotName: slot ?? null,
    sku: plan?.sku.tier ?? 'Dynamic',
    scmSiteAlsoStopped: false,
    clientAffinityEnabled: false,
    clientCertEnabled: false,
    clientCertMode: 'Required',
    customDomainVerificationId: createHash('sha256')
      .update(id?.subscriptionId ?? '')
      .digest('hex')
      .toUpperCase(),
    kind: site.kind,
    inboundIpAddress: '127.0.0.1',
    possibleInboundIpAddresses: '127.0.0.1',
    ftpUsername: `${displayName}\\$${displayName}`,
    ftpsHostName: `ftps://${stamp}.ftp.sites.localhost/site/wwwroot`,
    outboundIpAddresses: '127.0.0.1',
    possibleOutboundIpAddresses: '127.0.0.1',
    homeStamp: stamp,
    tags: site.tags ?? null,
    resourceGroup,
    defaultHostName: host,
    httpsOnly: site.httpsOnly,
    publicNetworkAccess: null,
    storageAccountRequired: false,
    virtualNetworkSubnetId: null,
    ...site.siteProperties,
    keyVaultReferenceIdentity: site.keyVaultReferenceIdentity,
  };
}

/** The identity in an answer; undefined (the member is omitted) if there is none. */
export function identityBody(
  identity: ManagedServiceIdentity | undefined,
): ManagedServiceIdentity | undefined {
  if (identity === undefined) return undefined;
  const { type, tenantId, principalId, userAssignedIdentities } = identity;
  return {
    type,
    ...(type === 'UserAssigned' ? {} : { tenantId, principalId }),
    ...(type === 'SystemAssigned' ? {} : { userAssignedIdentities }),
  };
}

/** A site's ETag: its modification time in .NET ticks, in uppercase hex. */
export function siteETag(site: Site): string {
  return `"${(BigInt(site.lastModified ?? 0) * 10_000n + 621_355_968_000_000_000n).toString(16).toUpperCase()}"`;
}

const regionNames: Record<string, string> = {
  westeurope: 'West Europe',
  northeurope: 'North Europe',
  francecentral: 'France Central',
  germanywestcentral: 'Germany West Central',
  swedencentral: 'Sweden Central',
  switzerlandnorth: 'Switzerland North',
  uksouth: 'UK South',
  eastus: 'East US',
  eastus2: 'East US 2',
  centralus: 'Central US',
  westus: 'West US',
  westus2: 'West US 2',
  westus3: 'West US 3',
};

/** Microsoft.Web returns regions by their display name. */
export function regionName(location: string): string {
  return regionNames[location.toLowerCase().replaceAll(' ', '')] ?? location;
}

function siteConfig(site: Site): Record<string, unknown> {
  const written = Object.entries(site.webConfig).filter(([name]) =>
    [
      'alwaysOn',
      'http20Enabled',
      'linuxFxVersion',
      'functionAppScaleLimit',
      'minimumElasticInstanceCount',
    ].includes(name),
  );
  return { ...siteConfigOfSite, ...Object.fromEntries(written), appSettings: null };
}

function hostNameSslState(name: string, hostType: 'Standard' | 'Repository'): Record<string, unknown> {
  return {
    name,
    sslState: 'Disabled',
    ipBasedSslResult: null,
    virtualIP: null,
    virtualIPv6: null,
    thumbprint: null,
    certificateResourceId: null,
    toUpdate: null,
    toUpdateIpBasedSsl: null,
    ipBasedSslState: 'NotConfigured',
    hostType,
  };
}
