import * as vscode from 'vscode';
import type { PrincipalFacts, ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import { describePermissions, describeScope } from '../../access/words/reach';
import type { Description } from '../../access/words/format';
import type { Cause, Grant, Verdict } from '../../access/model/verdict';
import { describeCause, describeMissingFact, describeWarning } from '../../access/words/describeVerdict';
import { plainLine } from '../../ui/text';

/** A report's text, and the lines (counted from 0) that get buttons. */
export interface AccessReport {
  readonly text: string;
  readonly verdictLine: number;
  /** One per cause, in the same order. */
  readonly causeLines: readonly number[];
  /** Where the warnings begin, if there are any. */
  readonly warningsLine?: number;
  /** The line that names the identity the app reads with. */
  readonly identityLine: number;
}

/** Says whether an app can read a secret, why not, what couldn't be read, and what was checked. */
export function accessReport(facts: ReadFacts, verdict: Verdict): AccessReport {
  const page = new Page();
  const { app, target } = facts;
  page.add(`# ${vscode.l10n.t('Can {0} read {1}?', clean(app.name), clean(target.secretName))}`, '');
  const verdictLine = page.add(verdictWords(verdict));
  const causeLines =
    verdict.kind === 'cannot' ? verdict.causes.map((cause, index) => addCause(page, cause, index)) : [];
  const missing = verdict.kind === 'can' ? [] : verdict.missing;
  if (missing.length > 0) {
    page.add('', `## ${vscode.l10n.t("What couldn't be read")}`);
    for (const fact of missing) addPoint(page, describeMissingFact(fact));
  }
  let warningsLine: number | undefined;
  if (verdict.warnings.length > 0) {
    page.add('');
    warningsLine = page.add(`## ${vscode.l10n.t('Worth knowing')}`);
    for (const warning of verdict.warnings) addPoint(page, describeWarning(warning));
  }
  page.add('', `## ${vscode.l10n.t('What was checked')}`, '');
  const identityLine = addFacts(page, facts, verdict);
  return {
    text: page.text,
    verdictLine,
    causeLines,
    ...(warningsLine === undefined ? {} : { warningsLine }),
    identityLine,
  };
}

class Page {
  private readonly lines: string[] = [];

  /** @returns the number of the last line added */
  add(...lines: readonly string[]): number {
    for (const line of lines) this.lines.push(line);
    return this.lines.length - 1;
  }

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'can':
      return vscode.l10n.t('Yes. Nothing blocks it.');
    case 'cannotTell':
      return vscode.l10n.t("Can't tell. Nothing is known to block it, but some facts couldn't be read.");
    case 'cannot':
      return verdict.causes.length === 1
        ? vscode.l10n.t('No, for one reason.')
        : vscode.l10n.t('No, for {0} reasons.', verdict.causes.length);
  }
}

function addCause(page: Page, cause: Cause, index: number): number {
  const { title, sentence, nextStep } = describeCause(cause);
  page.add('');
  const line = page.add(`## ${index + 1}. ${clean(title)}`);
  page.add('', clean(sentence));
  if (nextStep !== '') page.add('', clean(nextStep));
  return line;
}

function addPoint(page: Page, { title, sentence, nextStep }: Description): void {
  page.add('', `- ${clean(title)}: ${clean(sentence)} ${clean(nextStep)}`.trimEnd());
}

function addFacts(page: Page, facts: ReadFacts, verdict: Verdict): number {
  const { app, vault, secret, reference, target, now } = facts;
  const row = (name: string, value: string) => page.add(`- ${name}: ${clean(value)}`);
  row(vscode.l10n.t('App'), app.id);
  const identityLine = row(vscode.l10n.t('Reads as'), identityText(facts));
  row(vscode.l10n.t('Key vault'), vaultText(vault, target.vaultName));
  if (!isWithheld(vault) && vault.kind === 'present')
    row(vscode.l10n.t('Network'), networkText(vault.network));
  if (verdict.kind === 'can')
    for (const grant of verdict.through) row(vscode.l10n.t('Access'), grantText(grant, facts));
  else row(vscode.l10n.t('Access'), rightsText(facts));
  row(vscode.l10n.t('Secret'), secretText(secret, target));
  if (reference)
    row(
      vscode.l10n.t('Key Vault reference'),
      [reference.settingName, reference.syntaxProblem ?? reference.status].filter(Boolean).join(': '),
    );
  page.add('', vscode.l10n.t('Read at {0}. No secret values were read.', now.toLocaleTimeString()));
  return identityLine;
}

function identityText({ app, principal }: ReadFacts): string {
  if (principal?.exists === false) return vscode.l10n.t('{0}, which was deleted', identityName(principal));
  if (principal) return `${identityName(principal)} (${principal.principalId})`;
  if (!app.identityInUse.startsWith('/'))
    return vscode.l10n.t("its system-assigned identity, which isn't enabled");
  const name = app.identityInUse.split('/').at(-1) ?? '';
  return vscode.l10n.t("{0}, which isn't assigned to the app", name);
}

/** How the report names an identity. */
export function identityName({ kind, name }: PrincipalFacts): string {
  return kind === 'system-assigned'
    ? vscode.l10n.t('its system-assigned identity')
    : vscode.l10n.t('the user-assigned identity {0}', name);
}

function vaultText(vault: ReadFacts['vault'], name: string): string {
  if (isWithheld(vault)) return vscode.l10n.t("{0}, which couldn't be read: {1}", name, vault.withheld);
  if (vault.kind === 'absent') return vscode.l10n.t("{0}, which doesn't exist", name);
  if (vault.kind === 'softDeleted')
    return vscode.l10n.t('{0}, which is soft-deleted and can be recovered', name);
  return vault.vault.permissionModel === 'rbac'
    ? vscode.l10n.t('{0}, which uses role assignments (Azure RBAC)', vault.vault.name)
    : vscode.l10n.t('{0}, which uses access policies', vault.vault.name);
}

function networkText({
  publicNetworkAccess,
  defaultAction,
  ipRules,
  subnetIds,
  privateEndpoints,
}: Extract<Exclude<ReadFacts['vault'], { withheld: string }>, { kind: 'present' }>['network']): string {
  const parts = [publicAccessText(publicNetworkAccess)];
  if (defaultAction === 'Allow') parts.push(vscode.l10n.t('no firewall'));
  else
    parts.push(
      vscode.l10n.t('firewall with {0} addresses and {1} subnets', ipRules.length, subnetIds.length),
    );
  if (privateEndpoints > 0) parts.push(vscode.l10n.t('{0} private endpoints', privateEndpoints));
  return parts.join(', ');
}

/** @param access e.g. `Enabled`, `Disabled`, `SecuredByPerimeter` */
function publicAccessText(access: string): string {
  switch (access.toLowerCase()) {
    case 'enabled':
      return vscode.l10n.t('public access enabled');
    case 'disabled':
      return vscode.l10n.t('public access disabled');
    default:
      return vscode.l10n.t('public access {0}', access.toLowerCase());
  }
}

/** What the identity has under the vault's permission model, whether or not it's enough. */
function rightsText({ vault, principal, roles }: ReadFacts): string {
  if (!principal) return vscode.l10n.t('none, because there is no identity');
  if (isWithheld(vault) || vault.kind !== 'present') return vscode.l10n.t('unknown');
  const same = (id: string) => id.toLowerCase() === principal.principalId.toLowerCase();
  if (vault.vault.permissionModel === 'accessPolicies') {
    const policy = vault.vault.accessPolicies.find(({ objectId }) => same(objectId));
    return policy
      ? vscode.l10n.t('access policy: {0}', describePermissions(policy))
      : vscode.l10n.t(
          'no access policy of its own among the {0} on the vault',
          vault.vault.accessPolicies.length,
        );
  }
  if (isWithheld(roles.assignments))
    return vscode.l10n.t("couldn't be read: {0}", roles.assignments.withheld);
  const ids = new Set(principal.assignmentIds?.map((id) => id.toLowerCase()));
  const own = roles.assignments.filter(
    ({ id, principalId }) => same(principalId) || ids.has(id.toLowerCase()),
  );
  if (own.length === 0) return vscode.l10n.t('no role assignment on the secret, the vault, or above');
  return own
    .map((one) => `${roleName(one.roleDefinitionId, roles)} (${describeScope(one.scope)})`)
    .join(', ');
}

function grantText(grant: Grant, { roles }: ReadFacts): string {
  if (grant.kind === 'policy')
    return grant.throughGroup
      ? vscode.l10n.t('the access policy of {0}, through a group', grant.objectId)
      : vscode.l10n.t('the access policy of {0}', grant.objectId);
  const role = roleName(grant.roleDefinitionId, roles);
  const scope = describeScope(grant.scope);
  return grant.throughGroup
    ? vscode.l10n.t('the role {0} on the {1}, through a group', role, scope)
    : vscode.l10n.t('the role {0} on the {1}', role, scope);
}

function roleName(roleDefinitionId: string, { definitions }: ReadFacts['roles']): string {
  const guid = (id: string) => id.slice(id.lastIndexOf('/') + 1).toLowerCase();
  const found = isWithheld(definitions)
    ? undefined
    : definitions.find(({ id }) => guid(id) === guid(roleDefinitionId));
  return found?.name ?? guid(roleDefinitionId);
}

function secretText(secret: ReadFacts['secret'], { secretName, secretVersion }: ReadFacts['target']): string {
  const name = secretVersion === undefined ? secretName : `${secretName}/${secretVersion}`;
  if (isWithheld(secret)) return vscode.l10n.t("{0}, which couldn't be read: {1}", name, secret.withheld);
  switch (secret.kind) {
    case 'deleted':
      return vscode.l10n.t('{0}, which is soft-deleted and can be recovered', name);
    case 'absent':
      return vscode.l10n.t("{0}, which doesn't exist", name);
    case 'versionAbsent':
      return vscode.l10n.t("{0}: the secret exists, but this version doesn't", name);
    case 'present':
      return secret.secret.enabled
        ? vscode.l10n.t('{0}, enabled', name)
        : vscode.l10n.t('{0}, disabled', name);
  }
}

function clean(text: string): string {
  return plainLine(text, 2000);
}
