import * as l10n from '@vscode/l10n';
import type { ReadFacts } from './model/facts';
import { isWithheld } from './model/facts';
import type { CheckResult } from './rules/checkResult';
import { eachOnce, passed } from './rules/checkResult';
import { judgeNetwork } from './rules/network';
import { settleByRefusal } from './rules/refusalEvidence';
import { judgePermission, wrongIdentity } from './rules/permission';
import { sameText } from './rules/policyRules';
import type { Cause, MissingFact, Verdict } from './model/verdict';
import { warningsOf } from './warnings';

/**
 * Explains whether an app can read a secret and, if not, everything that prevents it. Each check answers yes, no, or
 * can't tell. A single no decides; unknowns matter only if there is no no.
 */
export function explainRead(facts: ReadFacts): Verdict {
  const permission = judgePermission(facts);
  const checks = [
    judgeReference(facts),
    judgeIdentity(facts),
    judgeVault(facts),
    judgeTenant(facts),
    settleByRefusal(judgeDoor(facts), 'network', facts),
    permission,
    settleByRefusal(judgeSecret(facts), 'secret', facts),
  ];
  const causes = checks.flatMap((check) => check.causes);
  const missing = eachOnce(checks.flatMap((check) => check.missing));
  if (causes.length > 0) return { kind: 'cannot', causes, missing, warnings: warningsOf(facts) };
  if (missing.length > 0) return { kind: 'cannotTell', missing, warnings: warningsOf(facts) };
  const through = permission.grants;
  return { kind: 'can', through, warnings: warningsOf(facts, through) };
}

function judgeReference({ reference }: ReadFacts): CheckResult {
  if (!reference) return passed;
  const { settingName, status } = reference;
  const problem =
    reference.syntaxProblem ??
    (status === 'InvalidSyntax' ? l10n.t("App Service doesn't accept it") : undefined);
  return problem === undefined ? passed : no({ kind: 'referenceSyntax', settingName, problem });
}

function judgeIdentity(facts: ReadFacts): CheckResult {
  const { principal, app, vault } = facts;
  const { exists = true, resourceId: identity = '' } = principal ?? {};
  if (principal && isWithheld(exists))
    return unknown({ kind: 'identity', identity, reason: exists.withheld });
  if (principal && exists === true) return passed;
  const others = !isWithheld(vault) && vault.kind === 'present' ? wrongIdentity(facts, vault.vault) : [];
  const cause: Cause = principal
    ? { kind: 'identityDeleted', appId: app.id, identity }
    : { kind: 'noIdentity', appId: app.id, identity: app.identityInUse };
  return no(cause, ...others);
}

function judgeVault({ vault, target: { vaultId } }: ReadFacts): CheckResult {
  if (isWithheld(vault)) return unknown({ kind: 'vault', reason: vault.withheld });
  switch (vault.kind) {
    case 'present':
      return passed;
    case 'softDeleted':
      return no({ kind: 'vaultSoftDeleted', deleted: vault.deleted });
    case 'absent':
      return no({ kind: 'vaultAbsent', vaultId });
  }
}

function judgeTenant({ principal, vault, target: { vaultId } }: ReadFacts): CheckResult {
  if (!principal || principal.exists === false) return passed;
  if (isWithheld(vault) || vault.kind !== 'present') return passed;
  const { tenantId: vaultTenantId } = vault.vault;
  const principalTenantId = principal.tenantId;
  return sameText(principalTenantId, vaultTenantId)
    ? passed
    : no({ kind: 'wrongTenant', vaultId, vaultTenantId, principalTenantId });
}

function judgeDoor({ app, vault, reference, target: { vaultId } }: ReadFacts): CheckResult {
  if (isWithheld(vault)) return unknown({ kind: 'vault', reason: vault.withheld });
  if (vault.kind !== 'present') return passed;
  return judgeNetwork(app, vaultId, vault.network, reference !== undefined);
}

function judgeSecret({ vault, secret, target }: ReadFacts): CheckResult {
  // What a deleted vault contained can't be known and doesn't matter.
  if (!isWithheld(vault) && vault.kind !== 'present') return passed;
  if (isWithheld(secret)) return unknown({ kind: 'secret', reason: secret.withheld });
  const { vaultId, secretName, secretVersion: version } = target;
  const what = { vaultId, secretName, ...(version === undefined ? {} : { version }) };
  switch (secret.kind) {
    case 'present':
      return secret.secret.enabled ? passed : no({ kind: 'secretDisabled', ...what });
    case 'versionAbsent':
      return no({ kind: 'versionGone', ...what });
    case 'deleted':
      return no({ kind: 'secretDeleted', vaultId, secretName });
    case 'absent':
      return no({ kind: 'secretAbsent', vaultId, secretName });
  }
}

function no(...causes: readonly Cause[]): CheckResult {
  return { causes, missing: [] };
}

function unknown(...missing: readonly MissingFact[]): CheckResult {
  return { causes: [], missing };
}
