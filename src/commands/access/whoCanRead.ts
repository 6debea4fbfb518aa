import * as vscode from 'vscode';
import { describeScope } from '../../access/words/reach';
import type { SecretReader, SecretReaders, Way } from '../../access/whoReads';
import { whoReads } from '../../access/whoReads';
import { RoleIndex } from '../../access/rules/roleIndex';
import { describeMissingFact } from '../../access/words/describeVerdict';
import { getKeyVault } from '../../azure/keyVault/vaults';
import { isWithheld, type RoleFacts } from '../../access/model/facts';
import { roleGuid } from '../../azure/directory/roles';
import { readRolesAt } from '../../grants/readRoles';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { PrincipalName } from '../../inventory/principalNames';
import {
  kindOfType,
  principalKindWords,
  principalNames,
  principalTypes,
} from '../../inventory/principalNames';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import { listAllSecrets } from '../../inventory/secretLists';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Who Can Read This?');

/** Who can read, and the names to show for them. */
interface Answer {
  readonly target: VaultTarget;
  /** Absent if the question is about the whole vault. */
  readonly secretName?: string;
  readonly found: SecretReaders;
  readonly names: ReadonlyMap<string, PrincipalName>;
  /** Types of principals that only access policies name, as far as role assignments tell them. */
  readonly types: ReadonlyMap<string, string>;
  /** Display names of roles by GUID in lower case. */
  readonly roleNames: ReadonlyMap<string, string>;
}

/** Lists every principal that can read a secret or a vault's secrets, how it can, and what to do about it. */
export async function whoCanRead(
  services: Pick<Services, 'documents' | 'inventory' | 'reveal'>,
  node?: VaultTarget | SecretTarget,
): Promise<void> {
  const question = node
    ? { target: node, ...('secret' in node ? { secretName: node.secret.name } : {}) }
    : await ask(services);
  const answer = await withProgress(
    vscode.l10n.t('Looking up who can read {0}', subjectOf(question)),
    (signal) => find(services, question, signal),
  );
  const picked = await pickReader(answer);
  if (picked === 'document') await showDocument(services, answer);
  else await leadOn(services, answer, picked);
}

type Question = Pick<Answer, 'target' | 'secretName'>;

async function ask({ inventory }: Pick<Services, 'inventory'>): Promise<Question> {
  const target = await pickKeyVault(inventory, title());
  const { connection, vault } = target;
  const secretName = await pickOne<string | undefined>(
    async (signal) => {
      // Someone who can't list the secrets can still ask about the vault.
      const secrets = await listAllSecrets(connection, vault, signal).catch(() => []);
      return [
        { icon: 'key', label: vscode.l10n.t('Any Secret in {0}', vault.name), value: '' },
        ...secrets.map(({ name }) => ({ icon: 'lock', label: name, value: name })),
      ];
    },
    { title: title(), placeHolder: vscode.l10n.t('Select a secret') },
    () => new UserError(vscode.l10n.t('There is nothing to select')),
  );
  return { target, ...(secretName ? { secretName } : {}) };
}

async function find(
  { inventory }: Pick<Services, 'inventory'>,
  { target: { connection, vault: shown }, secretName }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const vault = await getKeyVault(connection, shown.id, signal);
  const scope = secretName === undefined ? vault.id : `${vault.id}/secrets/${secretName}`;
  const roles =
    vault.permissionModel === 'rbac' ? await readRolesAt(connection, scope, signal, vault.id) : noRoles;
  const found = whoReads(vault, secretName, new RoleIndex(roles));
  const ids = found.readers.map(({ principalId }) => principalId);
  const names = await principalNames(inventory, connection, ids, signal);
  // Access policies don't say what kind of principal it is.
  const types =
    vault.permissionModel === 'rbac' || names.size === ids.length
      ? new Map<string, string>()
      : await principalTypes(connection, vault.id, signal);
  const definitions = isWithheld(roles.definitions) ? [] : roles.definitions;
  return {
    target: { connection, vault },
    ...(secretName === undefined ? {} : { secretName }),
    found,
    names,
    types,
    roleNames: new Map(definitions.map(({ id, name }) => [roleGuid(id), name])),
  };
}

const noRoles: RoleFacts = { assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] };

function pickReader(answer: Answer): Promise<SecretReader | 'document'> {
  const readers = answer.found.readers
    .map((reader): Choice<SecretReader> => ({
      icon: iconOf(kindOf(answer, reader)),
      label: readerName(answer, reader),
      description: whoOf(answer, reader),
      detail: [...reader.ways.map((way) => wayOf(answer, way)), ...denialsOf(reader)].join(' · '),
      value: reader,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const missing = answer.found.missing.length;
  const document: Choice<'document'> = {
    icon: missing > 0 ? 'warning' : 'open-preview',
    label: vscode.l10n.t('Show as Document'),
    ...(missing > 0
      ? { description: vscode.l10n.t("there may be more, because some facts couldn't be read") }
      : {}),
    value: 'document',
  };
  const count = readers.length;
  return pickOne<SecretReader | 'document'>(
    () => Promise.resolve([...readers, document]),
    {
      title: vscode.l10n.t('Who can read {0}', subjectOf(answer)),
      placeHolder:
        count === 0
          ? vscode.l10n.t('No one was found who can read it')
          : vscode.l10n.t('{0} can read it. Select one to see what you can do', count),
    },
    () => new UserError(vscode.l10n.t('No one can read it')),
  );
}

async function showDocument({ documents }: Pick<Services, 'documents'>, answer: Answer): Promise<void> {
  const { found, target } = answer;
  const lines = found.readers.flatMap((reader) => [
    `${readerName(answer, reader)} (${whoOf(answer, reader)}, ${reader.principalId})`,
    ...[...reader.ways.map((way) => wayOf(answer, way)), ...denialsOf(reader)].map((line) => `    ${line}`),
  ]);
  const more = found.missing.map((fact) => {
    const { sentence, nextStep } = describeMissingFact(fact);
    return `    ${sentence} ${nextStep}`;
  });
  const model =
    target.vault.permissionModel === 'rbac'
      ? vscode.l10n.t(
          "The vault uses role assignments (Azure RBAC). Owners and Contributors can manage it, but can't read its secrets.",
        )
      : vscode.l10n.t("The vault uses access policies. Role assignments don't give access to its secrets.");
  const text = [
    vscode.l10n.t('Who can read {0}', subjectOf(answer)),
    model,
    '',
    ...(lines.length > 0 ? lines : [vscode.l10n.t('No one was found.')]),
    ...(more.length > 0 ? ['', vscode.l10n.t('There may be more:'), ...more] : []),
    '',
  ].join('\n');
  await documents.show(vscode.l10n.t('Who can read {0}', answer.secretName ?? target.vault.name), text);
}

type Action = () => Promise<unknown>;

/** Asks what to do about one reader, and does it. */
async function leadOn(
  services: Pick<Services, 'reveal'>,
  answer: Answer,
  reader: SecretReader,
): Promise<void> {
  const { connection, vault } = answer.target;
  const name = readerName(answer, reader);
  const resourceId = answer.names.get(reader.principalId.toLowerCase())?.resourceId;
  const command = (id: string, node: unknown): Action => {
    return () => Promise.resolve(vscode.commands.executeCommand(id, node));
  };
  const ways = reader.ways.map((way): Choice<Action> =>
    way.kind === 'policy'
      ? {
          icon: 'trash',
          label: vscode.l10n.t('Remove Access Policy'),
          description: wayOf(answer, way),
          value: command('keyless.removeAccessPolicy', { connection, vault, policy: way.policy }),
        }
      : {
          icon: 'trash',
          label: vscode.l10n.t('Remove Role Assignment'),
          description: wayOf(answer, way),
          value: command('keyless.removeRoleAssignment', { connection, assignment: way.assignment }),
        },
  );
  const show = (label: string, id: string): Choice<Action> => ({
    icon: 'list-tree',
    label,
    value: () => services.reveal(connection, id),
  });
  const act = await pickOne<Action>(
    () =>
      Promise.resolve([
        ...(resourceId ? [show(vscode.l10n.t('Show {0} in the Tree', name), resourceId)] : []),
        show(vscode.l10n.t('Show {0} in the Tree', vault.name), vault.id),
        {
          icon: 'copy',
          label: vscode.l10n.t('Copy Principal ID'),
          description: reader.principalId,
          value: async () => {
            await vscode.env.clipboard.writeText(reader.principalId);
            tellCopied(vscode.l10n.t('Principal ID copied'));
          },
        },
        ...ways,
      ]),
    { title: name, placeHolder: vscode.l10n.t('Select what to do') },
    () => new UserError(vscode.l10n.t('There is nothing to select')),
  );
  await act();
}

function subjectOf({ target, secretName }: Question): string {
  return secretName === undefined
    ? vscode.l10n.t('the secrets of {0}', target.vault.name)
    : vscode.l10n.t('{0} of {1}', secretName, target.vault.name);
}

function readerName({ names }: Answer, { principalId }: SecretReader): string {
  return names.get(principalId.toLowerCase())?.name ?? principalId;
}

function kindOf(
  { names, types }: Answer,
  { principalId, principalType }: SecretReader,
): PrincipalName['kind'] {
  const id = principalId.toLowerCase();
  return names.get(id)?.kind ?? kindOfType(principalType ?? types.get(id));
}

function whoOf(answer: Answer, reader: SecretReader): string {
  return principalKindWords(kindOf(answer, reader));
}

function iconOf(kind: PrincipalName['kind']): string {
  const icons = { resource: 'zap', user: 'person', group: 'organization', other: 'question' };
  return kind in icons ? icons[kind as keyof typeof icons] : 'account';
}

/** For example, `Key Vault Secrets User, inherited from resource group rg`. */
function wayOf({ roleNames, target }: Answer, way: Way): string {
  if (way.kind === 'policy')
    return way.policy.applicationId === undefined
      ? vscode.l10n.t('access policy')
      : vscode.l10n.t('access policy, only through the application {0}', way.policy.applicationId);
  const { assignment, inherited, conditional, secretName } = way;
  const guid = roleGuid(assignment.roleDefinitionId);
  const where = inherited
    ? vscode.l10n.t('inherited from {0}', describeScope(assignment.scope))
    : secretName === undefined
      ? vscode.l10n.t('assigned on {0}', describeScope(assignment.scope))
      : vscode.l10n.t('only {0} of {1}', secretName, target.vault.name);
  const parts = [roleNames.get(guid) ?? vscode.l10n.t('Role {0}', guid), where];
  return (conditional ? [...parts, vscode.l10n.t('with a condition')] : parts).join(', ');
}

function denialsOf({ denials }: SecretReader): string[] {
  return denials.map(({ name }) => vscode.l10n.t('blocked by the deny assignment {0}', name));
}
