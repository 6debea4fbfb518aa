import * as l10n from '@vscode/l10n';
import { isWithheld } from '../../access/model/facts';
import { isResolved, resolutionWords } from '../../access/reference/resolution';
import { sameText } from '../../access/rules/policyRules';
import type { AppOnMap, VaultOnMap } from './mapFacts';
import type { MapBuilder } from './mapBuilder';
import { addSecret, appNode } from './resourceNodes';

/** Adds the Key Vault references of an app. @param vaults by name in lowercase */
export function addReferences(
  map: MapBuilder,
  { app, references }: AppOnMap,
  vaults: ReadonlyMap<string, VaultOnMap>,
): void {
  if (isWithheld(references))
    map.problem(appNode(app), l10n.t("Key Vault references couldn't be read: {0}", references.withheld));
  for (const reference of !references || isWithheld(references) ? [] : references) {
    const { name, vaultName, secretName, status, connectionString } = reference;
    const open = isResolved(reference) || status === 'Initialized';
    const fix = { kind: 'reference', app: appNode(app), about: name } as const;
    if (!vaultName || !secretName) {
      map.problem(appNode(app), `${name}: ${resolutionWords(reference)}`, fix);
      continue;
    }
    const to = referenced(map, vaults, vaultName, secretName);
    map.path('reference', appNode(app), to, {
      label: connectionString ? l10n.t('connection string {0}', name) : l10n.t('setting {0}', name),
      text: connectionString
        ? l10n.t('connection string {0}: {1}', name, resolutionWords(reference))
        : l10n.t('app setting {0}: {1}', name, resolutionWords(reference)),
      ...(status === 'Initialized' ? { unsure: true } : {}),
      ...(open
        ? {}
        : {
            problem: reference.details ?? resolutionWords(reference),
            fix,
          }),
    });
  }
}

/** The node of the secret that a reference names. Its vault may not be in the selected subscriptions. */
function referenced(
  map: MapBuilder,
  vaults: ReadonlyMap<string, VaultOnMap>,
  vaultName: string,
  secretName: string,
): string {
  const found = vaults.get(vaultName.toLowerCase());
  if (found) {
    const { secrets, vault } = found;
    const gone = secrets && !isWithheld(secrets) && !secrets.some(({ name }) => sameText(name, secretName));
    return addSecret(map, vault, secretName, gone ? l10n.t("doesn't exist") : '');
  }
  const vaultId = map.node({
    id: `vault ?${vaultName}`.toLowerCase(),
    kind: 'vault',
    name: vaultName,
    note: l10n.t('not in shown subscriptions'),
  });
  return map.node({
    id: `secret ?${vaultName}/${secretName}`.toLowerCase(),
    kind: 'secret',
    name: secretName,
    note: '',
    vaultId,
  });
}
