import * as vscode from 'vscode';
import { isRotatable } from '../../access/keyAccess/rotatable';
import { hidingInErrors } from '../../azure/core/secrets/hiding';
import { reasonOf, UserError } from '../../ui/errors';
import { tell, warn } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { pickOne } from '../../ui/quickPick';
import type { SummaryLine } from '../../ui/summary';
import { confirmSummary } from '../../ui/summary';
import { afterMove, refusedUse } from '../../workspace/model/fileEdits';
import { identityChoices } from '../../workspace/model/identityChoices';
import { replaceLocalSetting } from '../../workspace/model/localSettings';
import { rotationPageOf } from '../../workspace/model/secretWords';
import type { FileSecretTarget } from '../../workspace/secretActions';
import type { SecretChoice } from '../keyVault/createSecret';
import { complaintAboutValue, describeWrite } from '../keyVault/createSecret';
import { askSecretName } from '../keyVault/secretName';
import type { VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { writeSecret } from '../settings/moveToKeyVault';
import { currentPlace, hasChanged } from './filePlace';
import { refusalWords, requireTrust } from './refusals';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'refresh'>;

/** Replaces a secret in a file by identity-based settings, or by what leads to it in a key vault. */
export async function replaceFileSecret(services: UsedServices, target?: FileSecretTarget): Promise<void> {
  if (!target) throw new UserError(vscode.l10n.t('No secret was selected'));
  requireTrust();
  if (target.way === 'identity') await replaceByIdentity(target);
  else await moveToVault(services, target);
}

async function replaceByIdentity(target: FileSecretTarget): Promise<void> {
  const { secret } = target;
  const title = vscode.l10n.t('Replace with Identity Settings');
  const choices = identityChoices(secret);
  const [only, ...others] = choices;
  const choice =
    only && others.length === 0
      ? only
      : await pickOne(
          () => Promise.resolve(choices.map((value) => ({ icon: 'plug', label: value.used, value }))),
          { title, placeHolder: vscode.l10n.t('Select what uses {0}', secret.name) },
          () => new UserError(vscode.l10n.t('No settings are known that replace {0}', secret.name)),
        );
  const resource = secret.host?.name ?? secret.account ?? '';
  const lines: SummaryLine<never>[] = [
    { icon: 'remove', label: vscode.l10n.t('Remove {0}', secret.name) },
    ...Object.entries(choice.add).map(([name, value]) => ({
      ...{ icon: 'add', label: vscode.l10n.t('Add {0}', name), description: value },
    })),
    {
      icon: 'account',
      label: vscode.l10n.t('Functions that run on this machine use your own sign-in'),
      detail: vscode.l10n.t("You need a data role on {0}. Owner or Contributor isn't enough.", resource),
    },
    {
      icon: 'code',
      label: vscode.l10n.t('Code that reads {0} itself must be changed', secret.name),
      detail: vscode.l10n.t('Triggers and bindings find the new settings by themselves.'),
    },
    ...(secret.entityPath === undefined
      ? []
      : [
          {
            icon: 'warning',
            label: vscode.l10n.t('The trigger or binding must name {0}', secret.entityPath),
            detail: vscode.l10n.t(
              'The connection string names it, and an identity-based connection has no place for it.',
            ),
          },
        ]),
  ];
  await confirmSummary(
    { title, placeHolder: vscode.l10n.t('Replace {0} with identity-based settings?', secret.name) },
    vscode.l10n.t('Replace'),
    lines,
  );
  const { text, entry } = await currentPlace(target);
  await write(target.uri, text, replaceLocalSetting(text, entry.path ?? [], choice.add));
  tellDone(target, vscode.l10n.t('{0} was replaced with identity-based settings.', secret.name));
}

async function moveToVault(services: UsedServices, target: FileSecretTarget): Promise<void> {
  const { secret, uri, way } = target;
  const title =
    way === 'reference'
      ? vscode.l10n.t('Replace with Key Vault Reference')
      : vscode.l10n.t('Move to Key Vault');
  const value = await valueToMove(target);
  const vault = await pickKeyVault(services.inventory, title);
  const choice = await askSecretName(title, vault, secret.name || 'secret');
  // What the file gets is tried before anything is written to Azure.
  const planned = afterMove(await currentPlace(target), vault.vault, choice.name);
  const refusal =
    planned.kind === 'input' ? refusedUse(planned.text, uri.path, choice.name, vault.vault) : undefined;
  if (refusal) throw new UserError(...refusalWords(refusal));
  const { name: vaultName } = vault.vault;
  await confirmSummary(
    { title, placeHolder: vscode.l10n.t('Move this secret to {0}?', vaultName) },
    vscode.l10n.t('Move to Key Vault'),
    [
      { icon: 'arrow-small-right', ...describeWrite(choice, vaultName) },
      { icon: 'arrow-small-right', ...fileLine(planned.kind) },
    ],
  );
  await withProgress(vscode.l10n.t('Moving a secret to {0}', vaultName), (signal, report) =>
    hidingInErrors([value], () => writeTo(services, vault, choice, value, signal, report)),
  );
  try {
    const place = await currentPlace(target);
    if (place.entry.value !== value) throw new UserError(...hasChanged());
    await write(uri, place.text, afterMove(place, vault.vault, choice.name).text);
  } catch (error) {
    throw new UserError(
      reasonOf(error),
      vscode.l10n.t(
        'The secret is already in the key vault: it is {0} in {1}. Put a reference to it into the file yourself.',
        ...[choice.name, vaultName],
      ),
    );
  }
  tellDone(target, vscode.l10n.t('The secret is now {0} in {1}.', choice.name, vaultName));
}

async function writeTo(
  { changes, refresh }: Pick<Services, 'changes' | 'refresh'>,
  place: VaultTarget,
  secret: SecretChoice,
  value: string,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<void> {
  const changed = changes.record.bind(changes);
  try {
    await writeSecret(
      { vaultConnection: place.connection, changed },
      { place, secret },
      value,
      report,
      signal,
    );
  } finally {
    refresh(place.connection, place.vault.id);
  }
}

/** The value as the file has it now, which is a secret value. */
async function valueToMove(target: FileSecretTarget): Promise<string> {
  const { entry } = await currentPlace(target);
  const complaint = complaintAboutValue(entry.value);
  if (complaint !== undefined) throw new UserError(complaint);
  return entry.value;
}

/** Changes the file in the editor, so that it can be undone there, and saves it unless it had unsaved changes. */
async function write(uri: vscode.Uri, before: string, after: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const wasDirty = document.isDirty;
  // Only what differs, so that cursors and folded regions stay.
  const isSame = (index: number) => before.at(index) === after.at(index);
  const shorter = Math.min(before.length, after.length);
  let [start, end] = [0, 0];
  while (start < shorter && isSame(start)) start++;
  while (end < shorter - start && isSame(-1 - end)) end++;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, range, after.slice(start, after.length - end));
  if (document.getText() !== before || !(await vscode.workspace.applyEdit(edit)))
    throw new UserError(vscode.l10n.t("{0} couldn't be changed", vscode.workspace.asRelativePath(uri)));
  if (!wasDirty && uri.scheme !== 'untitled') await document.save();
}

function tellDone({ secret, git }: FileSecretTarget, done: string): void {
  if (git !== 'tracked') {
    tell(done);
    return;
  }
  const rotate = vscode.l10n.t('The old value stays in the history of Git. Rotate it.');
  warn(
    `${done} ${rotate}`,
    isRotatable(secret)
      ? { title: vscode.l10n.t('Rotate Key'), command: 'keyless.rotateKey', arguments: [{ finding: secret }] }
      : {
          title: vscode.l10n.t('Learn How to Rotate It'),
          command: 'vscode.open',
          arguments: [vscode.Uri.parse(rotationPageOf(secret), true)],
        },
  );
}

function fileLine(kind: ReturnType<typeof afterMove>['kind']): { label: string; detail: string } {
  switch (kind) {
    case 'localReference':
      return {
        label: vscode.l10n.t('Put a Key Vault reference into the file'),
        detail: vscode.l10n.t(
          'func start resolves it with your own sign-in, which needs to read the secret.',
        ),
      };
    case 'input':
      return {
        label: vscode.l10n.t('Put an input into the file'),
        detail: vscode.l10n.t(
          'When the process starts, Keyless reads the secret and asks you before it passes it on.',
        ),
      };
    case 'parameter':
      return {
        label: vscode.l10n.t('Let the parameter read the secret'),
        detail: vscode.l10n.t('Deployments read it if the vault is enabled for template deployment.'),
      };
    case 'reference':
      return {
        label: vscode.l10n.t('Put a Key Vault reference into the file'),
        detail: vscode.l10n.t(
          'App Service resolves it in app settings. Anything else that reads this file must be changed.',
        ),
      };
  }
}
