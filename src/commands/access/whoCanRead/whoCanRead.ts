import * as vscode from 'vscode';
import { isWithheld, type RoleFacts } from '../../../access/model/facts';
import { describeMissingFact } from '../../../access/words/describeVerdict';
import { RoleIndex } from '../../../access/rules/roleIndex';
import type { SecretReader, SecretReaders, Way } from '../../../access/whoReads';
import { whoReads } from '../../../access/whoReads';
import type { Connection } from '../../../azure/core/connection';
import { isObject } from '../../../azure/core/json';
import { roleGuid } from '../../../azure/directory/roles';
import { getKeyVault } from '../../../azure/keyVault/vaults';
import { readRolesAt } from '../../../grants/readRoles';
import { listAllSecrets } from '../../../inventory/secretLists';
import type { SecretTarget, VaultTarget } from '../../../inventory/targets';
import type { Answer, Card, Report } from '../../../reports/model/report';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../../reports/source';
import { UserError } from '../../../ui/errors';
import { pickKeyVault } from '../../../ui/pickers/pickers';
import { scopeWords } from '../../../ui/pickers/scopeWords';
import { pickOne } from '../../../ui/quickPick';
import type { Services } from '../../services';
import { Buttons } from '../../reports/buttons';
import type { SavedAccount } from '../../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../../reports/savedAccount';
import type { Found, Question } from './readers';
import { denialsOf, namesAtOnce, readerName, readNames, subjectOf, wayOf, whoOf } from './readers';

type UsedServices = Pick<Services, 'accounts' | 'inventory' | 'reports' | 'reveal'>;

const title = () => vscode.l10n.t('Who Can Read This?');

/** Shows a report on every principal that can read a secret or a vault's secrets, how it can, and what to do about it. */
export async function whoCanRead(services: UsedServices, node?: VaultTarget | SecretTarget): Promise<void> {
  const { target, secretName } = node
    ? { target: node, ...('secret' in node ? { secretName: node.secret.name } : {}) }
    : await ask(services);
  const { connection, vault } = target;
  const saved: SavedWho = {
    ...{ kind: 'who', account: savedAccount(connection), vaultId: vault.id, vaultName: vault.name },
    ...(secretName === undefined ? {} : { secretName }),
  };
  await services.reports.show(whoSource(services, saved));
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
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  return { target, ...(secretName ? { secretName } : {}) };
}

/** The question as JSON. */
interface SavedWho {
  readonly kind: 'who';
  readonly account: SavedAccount;
  readonly vaultId: string;
  readonly vaultName: string;
  readonly secretName?: string;
}

export function isSavedWho(value: unknown): value is SavedWho {
  if (!isObject(value)) return false;
  const { account, secretName } = value;
  return (
    isSavedAccount(account) &&
    hasTexts(value, ['vaultId', 'vaultName']) &&
    (secretName === undefined || typeof secretName === 'string')
  );
}

/** Reads the report on a question, as the account that asked it. */
export function whoSource(services: UsedServices, saved: SavedWho): ReportSource {
  const { account, vaultId, vaultName, secretName } = saved;
  let most = namesAtOnce;
  let more: Found | undefined;
  return {
    subject: JSON.stringify(['who', account, vaultId, secretName]),
    title: vscode.l10n.t('Who can read {0}', secretName ?? vaultName),
    saved,
    about: [vaultId],
    read: async (page, signal) => {
      const connection = await connectionOf(services, account);
      // Showing more of the readers doesn't read who they are again.
      const found = more ?? (await find(services, connection, saved, signal));
      more = undefined;
      const readers = found.found.readers.slice(0, most);
      await readNames(services, found, readers, signal);
      return reportOf(services, page, found, readers, () => {
        more = found;
        most += namesAtOnce;
      });
    },
  };
}

async function find(
  { inventory }: Pick<Services, 'inventory'>,
  connection: Connection,
  { vaultId, secretName }: SavedWho,
  signal: AbortSignal,
): Promise<Found> {
  const vault = await getKeyVault(connection, vaultId, signal);
  const at = secretName === undefined ? vault.id : `${vault.id}/secrets/${secretName}`;
  const roles =
    vault.permissionModel === 'rbac' ? await readRolesAt(connection, at, signal, vault.id) : noRoles;
  const found = whoReads(vault, secretName, new RoleIndex(roles));
  const definitions = isWithheld(roles.definitions) ? [] : roles.definitions;
  return {
    target: { connection, vault },
    ...(secretName === undefined ? {} : { secretName }),
    found,
    names: new Map(),
    types: new Map(),
    roleNames: new Map(definitions.map(({ id, name }) => [roleGuid(id), name])),
    scope: (id) => scopeWords(inventory, id),
  };
}

const noRoles: RoleFacts = { assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] };

/** @param showMore called before the page is read again to show more readers */
function reportOf(
  services: UsedServices,
  page: OpenReport,
  answer: Found,
  shown: readonly SecretReader[],
  showMore: () => void,
): ReadReport {
  const { found, target } = answer;
  const { connection, vault } = target;
  const buttons = new Buttons();
  const show = (id: string): Button => ({
    title: vscode.l10n.t('Show in Tree'),
    run: () => services.reveal(connection, id),
  });
  const readers = shown
    .map((reader) => ({ reader, name: readerName(answer, reader) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const cards = readers.map(({ reader, name }): Card => {
    const resourceId = answer.names.get(reader.principalId.toLowerCase())?.resourceId;
    return {
      tone: reader.denials.length > 0 ? 'warning' : 'neutral',
      title: name,
      subtitle: whoOf(answer, reader),
      paragraphs: [],
      points: [...reader.ways.map((way) => wayOf(answer, way)), ...denialsOf(reader)],
      actions: buttons.at(reader.principalId, [
        ...(resourceId === undefined ? [] : [show(resourceId)]),
        ...reader.ways.map((way) => removal(page, answer, reader, way)),
      ]),
    };
  });
  const rest = found.readers.length - shown.length;
  if (rest > 0)
    cards.push({
      tone: 'neutral',
      title: vscode.l10n.t('{0} more', rest),
      paragraphs: [],
      actions: buttons.at('more', [
        {
          title: vscode.l10n.t('Show More'),
          run: async () => {
            showMore();
            await page.changed();
          },
        },
      ]),
    });
  const missing = found.missing.map(describeMissingFact).map((fact): Card => ({
    ...{ tone: 'unknown', title: fact.title, paragraphs: [fact.sentence, fact.nextStep], actions: [] },
  }));
  const report: Report = {
    kind: title(),
    title: vscode.l10n.t('Who can read {0}?', subjectOf(answer)),
    answer: { ...answerOf(found), actions: buttons.at('answer', [show(vault.id)]) },
    sections: [
      ...(cards.length > 0 ? [{ title: vscode.l10n.t('Can read it'), cards }] : []),
      ...(missing.length > 0 ? [{ title: vscode.l10n.t("What couldn't be read"), cards: missing }] : []),
      {
        title: vscode.l10n.t('What was checked'),
        facts: [
          { label: vscode.l10n.t('Key vault'), text: vault.name },
          { label: vscode.l10n.t('Access'), text: modelWords(vault.permissionModel) },
        ],
      },
    ],
    ids: [
      { name: vault.name, id: vault.id },
      ...readers.map(({ reader, name }) => ({ name, id: reader.principalId })),
    ],
    note: vscode.l10n.t('No secret values were read.'),
    at: Date.now(),
  };
  return { report, buttons: buttons.byId };
}

function answerOf({ readers, missing }: SecretReaders): Omit<Answer, 'actions'> {
  const able = readers.filter(({ denials }) => denials.length === 0).length;
  return {
    tone: missing.length > 0 ? 'unknown' : 'neutral',
    text:
      able === 0
        ? vscode.l10n.t('No one was found who can read it.')
        : able === 1
          ? vscode.l10n.t('One principal can read it.')
          : vscode.l10n.t('{0} principals can read it.', able),
    ...(missing.length > 0
      ? { detail: vscode.l10n.t("There may be more, because some facts couldn't be read.") }
      : {}),
  };
}

function modelWords(model: 'rbac' | 'accessPolicies'): string {
  return model === 'rbac'
    ? vscode.l10n.t(
        "The vault uses role assignments (Azure RBAC). Owners and Contributors can manage it, but can't read its secrets.",
      )
    : vscode.l10n.t("The vault uses access policies. Role assignments don't give access to its secrets.");
}

/** A button that takes one way to read from a principal. Its command asks first, and shows its own errors. */
function removal(page: OpenReport, answer: Found, reader: SecretReader, way: Way): Button {
  const { connection, vault } = answer.target;
  const run = (command: string, node: unknown) => async () => {
    await vscode.commands.executeCommand(command, node);
    await page.changed();
  };
  if (way.kind === 'policy')
    return {
      title: vscode.l10n.t('Remove Access Policy…'),
      run: run('keyless.removeAccessPolicy', { connection, vault, policy: way.policy }),
    };
  const { assignment } = way;
  const isOnly = reader.ways.length === 1;
  return {
    title: isOnly
      ? vscode.l10n.t('Remove Role Assignment…')
      : vscode.l10n.t('Remove Role Assignment ({0})…', wayOf(answer, way)),
    run: run('keyless.removeRoleAssignment', { connection, assignment }),
  };
}
