import * as vscode from 'vscode';
import type { SecretAttributes } from '../../azure/keyVault/secrets';
import { updateSecret } from '../../azure/keyVault/secrets';
import { editSecretTags } from '../../azure/keyVault/secretTags';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { askText, pickOne } from '../../ui/quickPick';
import type { SecretTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { requireUnmanaged } from './managedSecrets';
import { parseTags, tagText } from './tagText';

type Step = 'save' | 'enabled' | 'notBefore' | 'expires' | 'contentType' | 'tags';

const title = () => vscode.l10n.t('Edit Secret Attributes');

/** Edits the attributes of a secret or of one version. A list shows them, and nothing is written until *Save*. */
export async function editSecret(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: SecretTarget,
): Promise<void> {
  const target = node ?? (await pickSecret(services.inventory, title()));
  const { connection, vault, secret } = target;
  requireUnmanaged(secret);
  let attributes: SecretAttributes = {};
  for (;;) {
    const step = await pickStep(target, attributes);
    if (step === 'save') break;
    attributes = { ...attributes, ...(await change(target, attributes, step)) };
  }
  if (Object.keys(attributes).length === 0) return;
  try {
    const written = await withProgress(
      vscode.l10n.t('Updating {0} in {1}', secret.name, vault.name),
      (signal) => update(target, attributes, signal),
    );
    services.changes.record(connection, {
      vaultId: vault.id,
      name: secret.name,
      ...changeOf(target, written),
    });
    tell(vscode.l10n.t('Updated the attributes of {0}.', secret.name));
  } finally {
    services.refresh(connection, vault.id);
  }
}

/** @returns what was written: tags that were added in the meantime are kept */
async function update(
  { connection, vault, secret }: SecretTarget,
  attributes: SecretAttributes,
  signal: AbortSignal,
): Promise<SecretAttributes> {
  const { tags: wanted, ...others } = attributes;
  if (wanted === undefined) {
    await updateSecret(connection, vault, secret.name, secret.version, attributes, { signal });
    return attributes;
  }
  const edit = { was: secret.tags, wanted };
  const { tags } = await editSecretTags(connection, vault, secret, edit, others, signal);
  return { ...attributes, tags };
}

function changeOf({ secret }: SecretTarget, attributes: SecretAttributes) {
  const { notBefore, expires, ...rest } = attributes;
  return {
    kind: 'updateSecret' as const,
    ...(secret.version === undefined ? {} : { version: secret.version }),
    ...(notBefore ? { notBefore: isoOf(notBefore) } : {}),
    ...(expires ? { expires: isoOf(expires) } : {}),
    ...rest,
  };
}

function pickStep({ secret }: SecretTarget, changed: SecretAttributes): Promise<Step> {
  const now = { ...secret, ...changed };
  const none = vscode.l10n.t('none');
  const line = (value: Step, icon: string, label: string, description: string): Choice<Step> => ({
    value,
    icon,
    label,
    description:
      value !== 'save' && value in changed ? vscode.l10n.t('{0} (changed)', description) : description,
  });
  const choices = [
    line(
      'enabled',
      'check',
      vscode.l10n.t('Enabled'),
      now.enabled ? vscode.l10n.t('yes') : vscode.l10n.t('no'),
    ),
    line(
      'notBefore',
      'calendar',
      vscode.l10n.t('Activation Date'),
      now.notBefore ? isoOf(now.notBefore) : none,
    ),
    line('expires', 'calendar', vscode.l10n.t('Expiration Date'), now.expires ? isoOf(now.expires) : none),
    line('contentType', 'symbol-string', vscode.l10n.t('Content Type'), now.contentType ?? none),
    line('tags', 'tag', vscode.l10n.t('Tags'), tagText(now.tags) || none),
  ];
  const changes = choices.filter(({ value }) => value in changed).map(({ label }) => label);
  const save = line('save', 'save', vscode.l10n.t('Save'), vscode.l10n.t('Changes: {0}', changes.join(', ')));
  return pickOne(
    () => Promise.resolve(Object.keys(changed).length > 0 ? [save, ...choices] : choices),
    { title: title(), placeHolder: vscode.l10n.t('Select an attribute of {0} to change', secret.name) },
    () => new UserError(vscode.l10n.t('There is nothing to change')),
  );
}

async function change(
  { secret }: SecretTarget,
  changed: SecretAttributes,
  step: Exclude<Step, 'save'>,
): Promise<SecretAttributes> {
  const now = { ...secret, ...changed };
  switch (step) {
    case 'enabled':
      return { enabled: !now.enabled };
    case 'notBefore':
      return { notBefore: await askDate(vscode.l10n.t('Active from'), now.notBefore) };
    case 'expires':
      return { expires: await askDate(vscode.l10n.t('Expires at'), now.expires) };
    case 'contentType':
      return {
        contentType: await askText({
          title: title(),
          prompt: vscode.l10n.t('Content type, such as text/plain'),
          value: now.contentType ?? '',
          validateInput: (text) =>
            text.length > 255 ? vscode.l10n.t('Use at most 255 characters.') : undefined,
        }),
      };
    case 'tags': {
      const text = await askText({
        title: title(),
        prompt: vscode.l10n.t("Tags, separated by commas. Don't put secrets in tags."),
        placeHolder: 'name=value, other=value',
        value: tagText(now.tags),
        validateInput: (typed) =>
          parseTags(typed)
            ? undefined
            : vscode.l10n.t(
                'Enter at most 15 tags, each as name=value. Put names and values with commas or quotation marks in quotation marks.',
              ),
      });
      return { tags: parseTags(text) ?? now.tags };
    }
  }
}

async function askDate(what: string, value: Date | undefined): Promise<Date> {
  const text = await askText({
    title: title(),
    prompt: vscode.l10n.t(
      '{0}: enter a date, or a date and time in UTC. Once set, it can be changed but not removed.',
      what,
    ),
    placeHolder: '2027-12-31 or 2027-12-31T18:00:00Z',
    value: value ? isoOf(value) : '',
    validateInput: (typed) =>
      dateOf(typed) ? undefined : vscode.l10n.t('Enter a date, such as 2027-12-31.'),
  });
  return dateOf(text) ?? new Date();
}

function dateOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text.trim())) return undefined;
  const date = new Date(text.trim());
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : date;
}

function isoOf(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
