import type { ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { CheckResult } from './checkResult';
import type { Cause } from '../model/verdict';

/** Lets an observed refusal answer what the facts leave open; what the facts answer stands. */
export function settleByRefusal(
  check: CheckResult,
  question: 'network' | 'permission' | 'secret',
  facts: ReadFacts,
): CheckResult {
  if (check.causes.length > 0 || check.missing.length === 0) return check;
  const cause = {
    network: networkCause,
    permission: permissionCause,
    secret: secretCause,
  }[question](facts);
  return cause ? { causes: [cause], missing: [] } : check;
}

function networkCause({
  observed,
  app,
  reference,
  target: { vaultId },
  vault,
}: ReadFacts): Cause | undefined {
  const byReference = reference === undefined ? {} : { byReference: true as const };
  switch (observed?.code) {
    case 'ForbiddenByFirewall': {
      const addresses = reference || isWithheld(app.outboundAddresses) ? [] : app.outboundAddresses;
      return {
        kind: 'firewall',
        vaultId,
        addresses,
        ...(app.subnetId === undefined ? {} : { subnetId: app.subnetId }),
        ...byReference,
      };
    }
    case 'ForbiddenByNsp':
      return { kind: 'perimeterRefused', vaultId };
    case 'ForbiddenByConnection':
      return {
        kind: 'publicAccessOff',
        vaultId,
        hasPrivateEndpoint:
          !isWithheld(vault) && vault.kind === 'present' && vault.network.privateEndpoints > 0,
        ...byReference,
      };
    default:
      return undefined;
  }
}

function permissionCause({ observed, target, principal, vault }: ReadFacts): Cause | undefined {
  if (!principal) return undefined;
  const { vaultId, secretName } = target;
  const { principalId, tenantId } = principal;
  const model = isWithheld(vault) || vault.kind !== 'present' ? undefined : vault.vault.permissionModel;
  if (observed?.code === 'AccessDenied' && model !== 'rbac')
    return { kind: 'missingPolicy', vaultId, principalId, tenantId, compoundPolicy: false };
  if (observed?.code === 'ForbiddenByRbac' && model !== 'accessPolicies')
    return { kind: 'missingRole', vaultId, secretId: `${vaultId}/secrets/${secretName}`, principalId };
  return undefined;
}

function secretCause({ observed, target }: ReadFacts): Cause | undefined {
  const { vaultId, secretName, secretVersion: version } = target;
  switch (observed?.code) {
    case 'SecretDisabled':
      return { kind: 'secretDisabled', vaultId, secretName, ...(version === undefined ? {} : { version }) };
    case 'SecretNotFound':
      return version === undefined
        ? { kind: 'secretAbsent', vaultId, secretName }
        : { kind: 'versionGone', vaultId, secretName, version };
    default:
      return undefined;
  }
}
