import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import type { Change } from '../../changes/change';
import { allToAzureCli } from '../../changes/equivalents/azureCli';
import { allToBicep } from '../../changes/equivalents/bicep';
import { allToPowerShell } from '../../changes/equivalents/powerShell';
import { objectOf, stringOf } from '../../azure/core/json';
import { settingIdOf } from '../../azure/appService/settings/settingsMap';
import { getResourceJson } from '../../azure/resources/resources';
import type { Node } from '../../tree/nodes/nodes';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { pickOne } from '../../ui/quickPick';
import type { Services } from '../services';
import { versionsOf, withoutGoneIdentities } from './copyFacts';

/** The changes of a plan or a grant. */
export interface ChangesTarget {
  readonly connection: Connection;
  readonly changes: readonly Change[];
}

type Write = (c: Connection, changes: readonly Change[], signal: AbortSignal) => string | Promise<string>;

const languages = {
  azureCli: {
    name: 'Azure CLI',
    write: (_, changes) => allToAzureCli(changes, shellOfTerminal()),
  },
  powerShell: { name: 'Azure PowerShell', write: (_, changes) => allToPowerShell(changes) },
  bicep: {
    name: 'Bicep',
    write: async (c, changes, signal) => allToBicep(changes, await versionsOf(c, changes, signal)),
  },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly write: Write }>>;

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
export async function copyChangesAs(title: string, target: ChangesTarget): Promise<void> {
  const choices = (['azureCli', 'powerShell', 'bicep'] as const).map((value) => ({
    label: languages[value].name,
    value,
  }));
  const language = await pickOne(
    () => Promise.resolve(choices),
    { title, placeHolder: vscode.l10n.t('Select a language to copy the steps in') },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  await copy(language, target);
}

async function copy(language: keyof typeof languages, target: ChangesTarget): Promise<void> {
  const { name, write } = languages[language];
  const { connection: c, changes } = target;
  const text = await withProgress(vscode.l10n.t('Copying as {0}', name), async (signal) =>
    write(c, await withoutGoneIdentities(c, changes, signal), signal),
  );
  await vscode.env.clipboard.writeText(`${text}\n`);
  tellCopied(vscode.l10n.t('{0} copied', name));
}

/** The shell that az commands will be pasted into: the one that VS Code's terminal opens with. */
function shellOfTerminal(): 'bash' | 'powerShell' {
  const isWindowsShell = /(?:^|[\\/])(?:pwsh|powershell|cmd)(?:\.exe)?$/i.test(vscode.env.shell);
  return process.platform === 'win32' && isWindowsShell ? 'powerShell' : 'bash';
}

function lastChange({ changes }: Pick<Services, 'changes'>): ChangesTarget {
  if (changes.last) return { connection: changes.last.connection, changes: [changes.last.change] };
  throw new UserError(
    vscode.l10n.t("Keyless hasn't changed anything yet"),
    vscode.l10n.t(
      'This command copies the last change. You can also find it in the menus of identities, access policies, role assignments, settings, and secrets.',
    ),
  );
}

async function changesOfAll(targets: readonly (Node | ChangesTarget)[]): Promise<ChangesTarget> {
  const changes = await Promise.all(
    targets.map(async (target) => ('changes' in target ? target.changes : await changesOfNode(target))),
  );
  const connection = targets.flatMap((target) =>
    'connection' in target ? (target.connection ?? []) : [],
  )[0];
  if (connection && changes.flat().length > 0) return { connection, changes: changes.flat() };
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
