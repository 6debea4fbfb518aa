import * as l10n from '@vscode/l10n';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import type { AppFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { CheckResult } from './checkResult';
import { passed } from './checkResult';

/** Checks the network between an app and a vault. */
export function judgeNetwork(app: AppFacts, vaultId: string, network: VaultNetwork): CheckResult {
  const access = network.publicNetworkAccess.toLowerCase();
  const hasPrivateEndpoint = network.privateEndpoints > 0;
  const publicDoor: CheckResult =
    access === 'disabled' // overrides all firewall rules (OpenAPI document of Microsoft.KeyVault)
      ? { causes: [{ kind: 'publicAccessOff', vaultId, hasPrivateEndpoint }], missing: [] }
      : access === 'securedbyperimeter'
        ? { causes: [], missing: [{ kind: 'perimeter' }] }
        : judgeFirewall(app, vaultId, network);
  const shut = publicDoor.causes.length + publicDoor.missing.length > 0;
  if (shut && hasPrivateEndpoint && app.subnetId !== undefined)
    return { causes: [], missing: [...publicDoor.missing, { kind: 'privateRoute', subnetId: app.subnetId }] };
  return publicDoor;
}

/** `bypass: AzureServices` doesn't help: App Service isn't one of the trusted services. */
function judgeFirewall(app: AppFacts, vaultId: string, network: VaultNetwork): CheckResult {
  if (network.defaultAction === 'Allow') return passed;
  const { subnetId, outboundAddresses } = app;
  if (network.subnetIds.some((rule) => rule.toLowerCase() === subnetId?.toLowerCase())) return passed;
  const known = isWithheld(outboundAddresses) ? [] : outboundAddresses;
  if (known.length === 0 && network.ipRules.length > 0) {
    const reason = isWithheld(outboundAddresses)
      ? outboundAddresses.withheld
      : l10n.t("App Service doesn't list any");
    return { causes: [], missing: [{ kind: 'outboundAddresses', reason }] };
  }
  // A call may come from any of them, so the firewall must allow each one.
  const addresses = known.filter((address) => !network.ipRules.some((rule) => covers(rule, address)));
  if (known.length > 0 && addresses.length === 0) return passed;
  return {
    causes: [{ kind: 'firewall', vaultId, addresses, ...(subnetId === undefined ? {} : { subnetId }) }],
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
