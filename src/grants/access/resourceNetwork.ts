import * as l10n from '@vscode/l10n';
import type { Known } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import { sqlType } from '../../access/operations/resourceKinds';
import type { Connection } from '../../azure/core/connection';
import type { JsonObject } from '../../azure/core/json';
import { isObject, listOf, objectOf, stringOf, stringsOf } from '../../azure/core/json';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import { getResourceJson } from '../../azure/resources/resources';
import { known } from '../readRoles';

/**
 * The networks that a resource accepts connections from, in the form of a key vault's. What a service's rules mean is
 * withheld where Keyless doesn't read them. The forms are those of the services' OpenAPI documents (azure-rest-api-specs):
 * `networkAcls` of storage.json and cognitiveservices.json, `networkRuleSet` of search.json, `networkRuleSets` of
 * Microsoft.ServiceBus and Microsoft.EventHub.
 * @param type in lowercase
 */
export async function readResourceNetwork(
  c: Connection,
  type: string,
  json: JsonObject,
  signal: AbortSignal | undefined,
): Promise<Known<VaultNetwork>> {
  const properties = objectOf(json['properties']);
  switch (type) {
    case 'microsoft.storage/storageaccounts':
    case 'microsoft.cognitiveservices/accounts':
      return networkOf(properties, objectOf(properties['networkAcls']));
    case 'microsoft.servicebus/namespaces':
    case 'microsoft.eventhub/namespaces': {
      const id = `${stringOf(json['id']) ?? ''}/networkRuleSets/default`;
      const rules = await known(() => getResourceJson(c, id, signal));
      return isWithheld(rules) ? rules : networkOf(properties, objectOf(rules['properties']));
    }
    case 'microsoft.search/searchservices':
      return ofSearch(properties);
    case 'microsoft.documentdb/databaseaccounts':
      return ofCosmos(properties);
    case 'microsoft.signalrservice/signalr':
    case 'microsoft.signalrservice/webpubsub':
      return ofSignalR(properties);
    case sqlType: {
      // Its rules are resources of their own, `firewallRules` and `virtualNetworkRules`.
      const network = networkOf(properties, {});
      return network.publicNetworkAccess.toLowerCase() === 'disabled' ? network : unread();
    }
    default:
      return withoutRules(properties);
  }
}

/** Without any rule for addresses, a search service allows all. */
function ofSearch(properties: JsonObject): VaultNetwork {
  const rules = objectOf(properties['networkRuleSet'] ?? properties['networkRuleset']);
  const isOpen = listOf(rules['ipRules']).length === 0;
  return networkOf(properties, { ...rules, defaultAction: isOpen ? 'Allow' : 'Deny' });
}

/** Without a rule, an account allows all; `0.0.0.0` stands for all of Azure (how-to-configure-firewall.md of Cosmos DB). */
function ofCosmos(properties: JsonObject): VaultNetwork {
  const { ipRules, isVirtualNetworkFilterEnabled, virtualNetworkRules } = properties;
  const addresses = listOf(ipRules).flatMap((rule) => stringOf(objectOf(rule)['ipAddressOrRange']) ?? []);
  const isOpen =
    (addresses.length === 0 && isVirtualNetworkFilterEnabled !== true) || addresses.includes('0.0.0.0');
  return networkOf(properties, {
    ...{ virtualNetworkRules, defaultAction: isOpen ? 'Allow' : 'Deny' },
    ipRules: addresses.map((value) => ({ value })),
  });
}

/** Its rules name kinds of requests instead of addresses. Servers use all of these (`NetworkACL` of signalr.json). */
function ofSignalR(properties: JsonObject): Known<VaultNetwork> {
  const { defaultAction, publicNetwork } = objectOf(properties['networkACLs']);
  const { allow, deny } = objectOf(publicNetwork);
  const names = (list: unknown) => stringsOf(list).map((name) => name.toLowerCase());
  const isOpen = ['serverconnection', 'restapi'].every((name) =>
    stringOf(defaultAction)?.toLowerCase() === 'deny'
      ? names(allow).includes(name)
      : !names(deny).includes(name),
  );
  return withoutRules(isOpen ? { ...properties, networkACLs: {} } : properties);
}

/** Services whose own rules aren't read: it's only known whether they are closed, or open without any rule. */
function withoutRules(properties: JsonObject): Known<VaultNetwork> {
  const network = networkOf(properties, {});
  const rules = [
    ...listOf(properties['inboundIpRules']),
    ...Object.keys(objectOf(properties['networkACLs'])),
  ];
  const isClosed = network.publicNetworkAccess.toLowerCase() === 'disabled';
  // An App Configuration store that doesn't say is closed as soon as it has a private endpoint.
  const isSaid = typeof properties['publicNetworkAccess'] === 'string' || network.privateEndpoints === 0;
  if (isClosed || (rules.length === 0 && isSaid)) return network;
  return unread();
}

function unread(): { readonly withheld: string } {
  return { withheld: l10n.t("Keyless doesn't read the rules of this service") };
}

function networkOf(properties: JsonObject, acls: JsonObject): VaultNetwork {
  const access = stringOf(properties['publicNetworkAccess']) ?? stringOf(acls['publicNetworkAccess']);
  const subnets = listOf(acls['virtualNetworkRules']).filter(isObject);
  const approved = listOf(properties['privateEndpointConnections'])
    .map((one) => objectOf(objectOf(objectOf(one)['properties'])['privateLinkServiceConnectionState']))
    .filter(({ status }) => stringOf(status)?.toLowerCase() === 'approved');
  const idOf = (rule: JsonObject) => stringOf(rule['id']) ?? stringOf(objectOf(rule['subnet'])['id']) ?? '';
  return {
    publicNetworkAccess: access ?? 'Enabled',
    defaultAction: stringOf(acls['defaultAction'])?.toLowerCase() === 'deny' ? 'Deny' : 'Allow',
    ipRules: listOf(acls['ipRules'])
      .map(objectOf)
      .flatMap((rule) => stringOf(rule['value']) ?? stringOf(rule['ipMask']) ?? []),
    subnetIds: subnets.map(idOf),
    uncheckedSubnetIds: subnets
      .filter(
        (rule) =>
          (rule['ignoreMissingVnetServiceEndpoint'] ?? rule['ignoreMissingVNetServiceEndpoint']) === true,
      )
      .map(idOf),
    privateEndpoints: approved.length,
  };
}
