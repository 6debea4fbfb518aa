import * as vscode from 'vscode';
import type { Change } from '../../changes/change';
import { allToAzureCli } from '../../changes/equivalents/azureCli';
import { allToBicep } from '../../changes/equivalents/bicep';
import { allToPowerShell } from '../../changes/equivalents/powerShell';
import { objectOf, stringOf } from '../../azure/core/json';
import { settingIdOf } from '../../azure/appService/settingsMap';
import { getResourceJson } from '../../azure/resources/resources';
import type { Node } from '../../tree/nodes/nodes';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { pickOne } from '../../ui/quickPick';
import type { Services } from '../services';

/** The changes of a plan or a grant. */
export interface ChangesTarget {
  readonly changes: readonly Change[];
}

const languages = {
  azureCli: {
    name: 'Azure CLI',
    write: (changes: readonly Change[]) => allToAzureCli(changes, shellOfTerminal()),
  },
  powerShell: { name: 'Azure PowerShell', write: allToPowerShell },
  bicep: { name: 'Bicep', write: allToBicep },
} as const;

/**
 * Copies the changes that would create the targets, the changes of a plan, or, without a target, the last change that
 * Keyless made. They contain no secret values.
 */
export async function copyChange(
  services: Pick<Services, 'changes'>,
  language: keyof typeof languages,
  ...targets: readonly (Node | ChangesTarget)[]
): Promise<void> {
  await copy(language, targets.length > 0 ? await changesOfAll(targets) : lastChange(services));
}

/** Asks for a language, and copies changes in it. */
export async function copyChangesAs(title: string, changes: readonly Change[]): Promise<void> {
  const choices = (['azureCli', 'powerShell', 'bicep'] as const).map((value) => ({
    label: languages[value].name,
    value,
  }));
  const language = await pickOne(
    () => Promise.resolve(choices),
    { title, placeHolder: vscode.l10n.t('Select a language to copy the steps in') },
    () => new UserError(vscode.l10n.t('There is nothing to select')),
  );
  await copy(language, changes);
}

async function copy(language: keyof typeof languages, changes: readonly Change[]): Promise<void> {
  const { name, write } = languages[language];
  await vscode.env.clipboard.writeText(`${write(changes)}\n`);
  tellCopied(vscode.l10n.t('{0} copied', name));
}

/** The shell that az commands will be pasted into: the one that VS Code's terminal opens with. */
function shellOfTerminal(): 'bash' | 'powerShell' {
  const isWindowsShell = /(?:^|[\\/])(?:pwsh|powershell|cmd)(?:\.exe)?$/i.test(vscode.env.shell);
  return process.platform === 'win32' && isWindowsShell ? 'powerShell' : 'bash';
}

function lastChange({ changes }: Pick<Services, 'changes'>): readonly Change[] {
  if (changes.last) return [changes.last];
  throw new UserError(
    vscode.l10n.t("Keyless hasn't changed anything yet"),
    vscode.l10n.t(
      'This command copies the last change. You can also find it in the menus of identities, access policies, role assignments, settings, and secrets.',
    ),
  );
}

async function changesOfAll(targets: readonly (Node | ChangesTarget)[]): Promise<readonly Change[]> {
  const changes = await Promise.all(
    targets.map(async (target) => ('changes' in target ? target.changes : await changesOfNode(target))),
  );
  if (changes.flat().length > 0) return changes.flat();
  throw new UserError(vscode.l10n.t('This item has no equivalent code'));
}

/** The change that would create what a node shows. */
async function changesOfNode(node: Node): Promise<readonly Change[]> {
  switch (node.kind) {
    case 'systemIdentity':
      return node.app.identity.systemAssigned ? [{ kind: 'enableIdentity', app: node.app }] : [];
    case 'userIdentity':
      return [{ kind: 'assignIdentity', app: node.app, identityId: node.assigned.resourceId }];
    case 'userAssigned': {
      const { id } = node.identity;
      const json = await withProgress(vscode.l10n.t('Reading the identity'), (signal) =>
        getResourceJson(node.connection, id, signal),
      );
      return [
        { kind: 'createIdentity', identityId: id, location: stringOf(objectOf(json)['location']) ?? '' },
      ];
    }
    case 'policy':
      return [{ kind: 'addAccessPolicy', vaultId: node.vault.id, ...node.policy }];
    case 'roleAssignment':
      return [{ kind: 'createRoleAssignment', ...node.assignment, roleName: node.roleName }];
    case 'secret':
      return [{ kind: 'setSecret', vaultId: node.vault.id, name: node.secret.name }];
    case 'appSetting': {
      const { keyVaultReference: reference } = node.setting;
      return [
        {
          kind: 'setAppSetting',
          appId: node.app.id,
          ...settingIdOf(node.setting),
          ...(reference === undefined ? {} : { reference }),
        },
      ];
    }
    default:
      return [];
  }
}
