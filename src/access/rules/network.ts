import * as l10n from '@vscode/l10n';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import type { AppFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { CheckResult } from './checkResult';
import { passed } from './checkResult';

/**
 * Checks the network between an app and a vault.
 * @param byReference whether App Service reads for the app, because of a Key Vault reference
 */
export function judgeNetwork(
  app: AppFacts,
  vaultId: string,
  network: VaultNetwork,
  byReference: boolean,
): CheckResult {
  const access = network.publicNetworkAccess.toLowerCase();
  const hasPrivateEndpoint = network.privateEndpoints > 0;
  const publicDoor: CheckResult =
    access === 'disabled' // overrides all firewall rules (OpenAPI document of Microsoft.KeyVault)
      ? {
          causes: [
            { kind: 'publicAccessOff', vaultId, hasPrivateEndpoint, ...(byReference && { byReference }) },
          ],
          missing: [],
        }
      : access === 'securedbyperimeter'
        ? { causes: [], missing: [{ kind: 'perimeter' }] }
        : judgeFirewall(app, vaultId, network, byReference);
  const shut = publicDoor.causes.length + publicDoor.missing.length > 0;
  if (shut && app.networkOfEnvironment)
    return {
      causes: [],
      missing: [
        ...publicDoor.missing.filter(({ kind }) => kind === 'perimeter'),
        { kind: 'environmentNetwork' },
      ],
    };
  if (shut && hasPrivateEndpoint && app.subnetId !== undefined)
    return { causes: [], missing: [...publicDoor.missing, { kind: 'privateRoute', subnetId: app.subnetId }] };
  return publicDoor;
}

/** `bypass: AzureServices` doesn't help: App Service isn't one of the trusted services. */
function judgeFirewall(
  app: AppFacts,
  vaultId: string,
  network: VaultNetwork,
  byReference: boolean,
): CheckResult {
  if (network.defaultAction === 'Allow') return passed;
  const { subnetId } = app;
  const isOwn = (rule: string) => rule.toLowerCase() === subnetId?.toLowerCase();
  const isAllowed = network.subnetIds.some(isOwn);
  if (isAllowed && !network.uncheckedSubnetIds.some(isOwn)) return passed;
  const byAddress = byReference
    ? judgeReferenceAddresses(app, vaultId, network)
    : judgeAddresses(app, vaultId, network);
  if (!isAllowed || subnetId === undefined || byAddress === passed) return byAddress;
  // Without the service endpoint, the traffic comes from a public address, and the rule doesn't apply to it.
  return { causes: [], missing: [{ kind: 'serviceEndpoint', subnetId }] };
}

/** A call may come from any of the app's addresses, so the firewall must allow each one. */
function judgeAddresses(
  { subnetId, outboundAddresses }: AppFacts,
  vaultId: string,
  { ipRules }: VaultNetwork,
): CheckResult {
  const known = isWithheld(outboundAddresses) ? [] : outboundAddresses;
  if (known.length === 0 && ipRules.length > 0) {
    const reason = isWithheld(outboundAddresses)
      ? outboundAddresses.withheld
      : l10n.t("App Service doesn't list any");
    return { causes: [], missing: [{ kind: 'outboundAddresses', reason }] };
  }
  const addresses = known.filter((address) => !ipRules.some((rule) => covers(rule, address)));
  if (known.length > 0 && addresses.length === 0) return passed;
  return {
    causes: [{ kind: 'firewall', vaultId, addresses, ...(subnetId === undefined ? {} : { subnetId }) }],
    missing: [],
  };
}

/**
 * Requests for Key Vault references may come from other addresses than the app's own
 * (learn.microsoft.com/azure/app-service/app-service-key-vault-references; MicrosoftDocs/azure-docs#35318 and #108209).
 */
function judgeReferenceAddresses(
  { subnetId }: AppFacts,
  vaultId: string,
  { ipRules }: VaultNetwork,
): CheckResult {
  // Whatever its address is.
  if (ipRules.some((rule) => covers(rule, '0.0.0.0') && covers(rule, '255.255.255.255'))) return passed;
  if (ipRules.length > 0) return { causes: [], missing: [{ kind: 'referenceAddresses' }] };
  const subnet = subnetId === undefined ? {} : { subnetId };
  return {
    causes: [{ kind: 'firewall', vaultId, addresses: [], ...subnet, byReference: true }],
    missing: [],
  };
}

/** Whether a vault firewall rule (`1.2.3.4` or `1.2.3.0/24`) allows an address; rules are IPv4. */
export function covers(rule: string, address: string): boolean {
  const [base = '', bits = '32', ...rest] = rule.trim().split('/');
  const [from, wanted, prefix] = [numberOf(base), numberOf(address), Number(bits)];
  if (from === undefined || wanted === undefined || rest.length > 0) return false;
  if (!/^\d{1,2}$/.test(bits) || prefix > 32) return false;
  const size = 2 ** (32 - prefix);
  return Math.floor(from / size) === Math.floor(wanted / size);
}

function numberOf(address: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address.trim())?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
