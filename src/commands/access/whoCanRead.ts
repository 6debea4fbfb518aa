import * as vscode from 'vscode';
import type { SecretReader } from '../../access/whoReads';
import { whoReads } from '../../access/whoReads';
import { RoleIndex } from '../../access/rules/roleIndex';
import { describeMissingFact } from '../../access/words/describeVerdict';
import { getKeyVault } from '../../azure/keyVault/vaults';
import { isWithheld, type RoleFacts } from '../../access/model/facts';
import { roleGuid } from '../../azure/directory/roles';
import { readRolesAt } from '../../grants/readRoles';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import type { Searchable } from '../../ui/pickers/matches';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { pickBySearching } from '../../ui/pickers/searchPick';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import { listAllSecrets } from '../../inventory/secretLists';
import { principalTypes } from '../../inventory/principalNames';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';
import type { Answer, Question } from './readers';
import {
  denialsOf,
  detailsOf,
  iconOf,
  kindOf,
  namesAtOnce,
  readerName,
  readNames,
  subjectOf,
  wayOf,
  whoOf,
} from './readers';

const title = () => vscode.l10n.t('Who Can Read This?');

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
  const few = answer.found.readers.length <= namesAtOnce;
  const picked = await (few ? pickReader(answer) : searchReader(services, answer));
  if (picked === 'document') {
    await withProgress(vscode.l10n.t('Looking up who can read {0}', subjectOf(answer)), (signal) =>
      readNames(services, answer, answer.found.readers, signal),
    );
    await showDocument(services, answer);
  } else await leadOn(services, answer, picked);
}

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
  const definitions = isWithheld(roles.definitions) ? [] : roles.definitions;
  const answer: Answer = {
    target: { connection, vault },
    ...(secretName === undefined ? {} : { secretName }),
    found,
    names: new Map(),
    types: new Map(),
    roleNames: new Map(definitions.map(({ id, name }) => [roleGuid(id), name])),
  };
  await readNames({ inventory }, answer, found.readers.slice(0, namesAtOnce), signal);
  // Access policies don't say what kind of principal it is.
  return vault.permissionModel === 'rbac' || answer.names.size === found.readers.length
    ? answer
    : { ...answer, types: await principalTypes(connection, vault.id, signal) };
}

const noRoles: RoleFacts = { assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] };

type Row = Searchable & { readonly reader: SecretReader | 'document' };

/** Asks for one of many readers. The list fills while their names are looked up. */
async function searchReader(
  services: Pick<Services, 'inventory'>,
  answer: Answer,
): Promise<SecretReader | 'document'> {
  const { readers } = answer.found;
  const { label, description = '' } = documentChoice(answer);
  const picked = await pickBySearching<Row>({
    title: vscode.l10n.t('Who can read {0}', subjectOf(answer)),
    placeholder: vscode.l10n.t('{0} can read it. Select one to see what you can do', readers.length),
    incomplete: vscode.l10n.t("The list isn't complete."),
    always: [{ name: label, description, reader: 'document' }],
    isName: () => false,
    iconOf: ({ reader }) => (reader === 'document' ? 'open-preview' : iconOf(kindOf(answer, reader))),
    async *pages(signal) {
      for (let from = 0; from < readers.length; from += namesAtOnce) {
        const part = readers.slice(from, from + namesAtOnce);
        await readNames(services, answer, part, signal);
        yield part.map((reader): Row => ({
          ...{ name: readerName(answer, reader), description: whoOf(answer, reader) },
          ...{ detail: detailsOf(answer, reader), reader },
        }));
      }
    },
  });
  if (typeof picked === 'string') throw new vscode.CancellationError();
  return picked.reader;
}

function documentChoice({ found }: Answer): Choice<'document'> {
  const missing = found.missing.length;
  return {
    icon: missing > 0 ? 'warning' : 'open-preview',
    label: vscode.l10n.t('Show as Document'),
    ...(missing > 0
      ? { description: vscode.l10n.t("there may be more, because some facts couldn't be read") }
      : {}),
    value: 'document',
  };
}

function pickReader(answer: Answer): Promise<SecretReader | 'document'> {
  const readers = answer.found.readers
    .map((reader): Choice<SecretReader> => ({
      icon: iconOf(kindOf(answer, reader)),
      label: readerName(answer, reader),
      description: whoOf(answer, reader),
      detail: detailsOf(answer, reader),
      value: reader,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const count = readers.length;
  return pickOne<SecretReader | 'document'>(
    () => Promise.resolve([...readers, documentChoice(answer)]),
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
