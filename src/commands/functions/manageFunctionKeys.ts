import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { getFunctionKeys, getHostKeys } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import { tell, tellCopied } from '../../ui/messages';
import { pickFunction } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { askText, confirm, pickOne } from '../../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** A key in the list. Its value is read only when a person asks for it. */
interface Key {
  readonly name: string;
  readonly scope: 'function' | 'host' | 'system' | 'master';
}

type Act = 'copy' | 'renew' | 'revoke';

const title = () => vscode.l10n.t('Manage Function Keys');

/** Lists the keys that can call a function. Each can be copied, renewed, or revoked, and new ones can be created. */
export async function manageFunctionKeys(
  services: Pick<Services, 'changes' | 'clipboard' | 'inventory'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  if (node) requireFeature(node.app, 'functionKeys');
  const target = node && 'fn' in node ? node : await pickFunction(services.inventory, title(), node);
  const key = await pickKey(target);
  if (key === 'create') {
    await createKey(services, target);
    return;
  }
  switch (await pickAct(key)) {
    case 'copy':
      await copyValue(services, target, key);
      return;
    case 'renew':
      await renew(services, target, key);
      return;
    case 'revoke':
      await revoke(services, target, key);
  }
}

type Values = Readonly<Record<string, string>>;

/**
 * Reads secret values: the function's keys, the host keys, which can call every function of the app, the system keys,
 * which extensions such as Durable Functions and Event Grid manage, and the master key.
 */
async function valuesOf(
  { connection, app, fn }: FunctionTarget,
  signal: AbortSignal,
): Promise<Readonly<Record<Key['scope'], Values>>> {
  const [own, host] = await Promise.all([
    getFunctionKeys(connection, app, fn, signal),
    getHostKeys(connection, app, signal),
  ]);
  const master: Values = host.masterKey === undefined ? {} : { _master: host.masterKey };
  return { function: own, host: host.functionKeys, system: host.systemKeys, master };
}

function pickKey(target: FunctionTarget): Promise<Key | 'create'> {
  const words: Readonly<Record<Key['scope'], string>> = {
    function: vscode.l10n.t('can call this function'),
    host: vscode.l10n.t('can call every function of the app'),
    system: vscode.l10n.t("lets an Azure service call an extension's webhooks"),
    master: vscode.l10n.t('has full access to the app and its host'),
  };
  return pickOne<Key | 'create'>(
    async (signal) => [
      ...Object.entries(await valuesOf(target, signal)).flatMap(([scope, values]) =>
        Object.keys(values).map((name): Choice<Key> => ({
          icon: 'key',
          label: name,
          description: words[scope as Key['scope']],
          value: { name, scope: scope as Key['scope'] },
        })),
      ),
      { icon: 'add', label: vscode.l10n.t('Create Key…'), value: 'create' as const },
    ],
    { title: title(), placeHolder: vscode.l10n.t('Select a key of {0}', target.fn.name) },
    () => new UserError(vscode.l10n.t('{0} has no keys', target.fn.name)),
  );
}

function pickAct({ name, scope }: Key): Promise<Act> {
  const copy: Choice<Act> = { icon: 'copy', label: vscode.l10n.t('Copy Value'), value: 'copy' };
  const changes: Choice<Act>[] = [
    { icon: 'sync', label: vscode.l10n.t('Renew'), value: 'renew' },
    { icon: 'trash', label: vscode.l10n.t('Revoke'), value: 'revoke' },
  ];
  return pickOne<Act>(
    () => Promise.resolve(scope === 'master' || scope === 'system' ? [copy] : [copy, ...changes]),
    { title: title(), placeHolder: vscode.l10n.t('Select what to do with the key {0}', name) },
    () => new UserError(name),
  );
}

async function copyValue(
  { clipboard }: Pick<Services, 'clipboard'>,
  target: FunctionTarget,
  key: Key,
): Promise<void> {
  const values = await withProgress(vscode.l10n.t('Reading the key {0}', key.name), (signal) =>
    valuesOf(target, signal),
  );
  const value = values[key.scope][key.name];
  if (value === undefined) throw new UserError(vscode.l10n.t('The key {0} no longer exists', key.name));
  await clipboard.copy(value);
  tellCopied(vscode.l10n.t('Copied the key {0}. The clipboard is cleared in 30 seconds.', key.name));
}

async function createKey(
  services: Pick<Services, 'changes' | 'clipboard'>,
  { connection, app, fn }: FunctionTarget,
): Promise<void> {
  const name = await askText({
    title: title(),
    prompt: vscode.l10n.t('Name of the new key of {0}', fn.name),
    validateInput: (text) =>
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,126}$/.test(text)
        ? undefined
        : vscode.l10n.t('Start with a letter or digit. Use only letters, digits, hyphens, and underscores.'),
  });
  const value = await withProgress(vscode.l10n.t('Creating the key {0}', name), async (signal) => {
    const { setFunctionKey } = await import('../../azure/appService/functionKeys');
    return setFunctionKey(connection, { app, fn, name }, undefined, signal);
  });
  const functionName = fn.name;
  services.changes.record(connection, { kind: 'setFunctionKey', appId: app.id, functionName, keyName: name });
  await copyNew(services, name, value);
}

async function renew(
  services: Pick<Services, 'changes' | 'clipboard'>,
  target: FunctionTarget,
  key: Key,
): Promise<void> {
  const { connection, app } = target;
  await confirm(
    vscode.l10n.t('Renew the key {0}?', key.name),
    vscode.l10n.t('The key gets a new value. Callers that use the old value will be rejected.'),
    vscode.l10n.t('Renew Key'),
  );
  const value = await withProgress(vscode.l10n.t('Renewing the key {0}', key.name), async (signal) => {
    const { setFunctionKey } = await import('../../azure/appService/functionKeys');
    return setFunctionKey(connection, { app, ...ofFunction(target, key), name: key.name }, undefined, signal);
  });
  services.changes.record(connection, { kind: 'setFunctionKey', ...changed(target, key) });
  await copyNew(services, key.name, value);
}

async function revoke(services: Pick<Services, 'changes'>, target: FunctionTarget, key: Key): Promise<void> {
  const { connection, app } = target;
  await confirm(
    vscode.l10n.t('Revoke the key {0}?', key.name),
    vscode.l10n.t("Callers that use this key will be rejected. You can't undo this."),
    vscode.l10n.t('Revoke Key'),
  );
  await withProgress(vscode.l10n.t('Revoking the key {0}', key.name), async (signal) => {
    const { deleteFunctionKey } = await import('../../azure/appService/functionKeys');
    await deleteFunctionKey(connection, { app, ...ofFunction(target, key), name: key.name }, signal);
  });
  services.changes.record(connection, { kind: 'deleteFunctionKey', ...changed(target, key) });
  tell(vscode.l10n.t('Revoked the key {0}.', key.name));
}

function changed({ app, fn }: FunctionTarget, { name, scope }: Key) {
  return { appId: app.id, keyName: name, ...(scope === 'function' ? { functionName: fn.name } : {}) };
}

function ofFunction({ fn }: FunctionTarget, { scope }: Key): Pick<FunctionTarget, 'fn'> | object {
  return scope === 'function' ? { fn } : {};
}

async function copyNew(
  services: Pick<Services, 'clipboard'>,
  name: string,
  value: string | undefined,
): Promise<void> {
  if (value === undefined) {
    tell(vscode.l10n.t('Saved the key {0}.', name));
    return;
  }
  await services.clipboard.copy(value);
  tell(vscode.l10n.t('Saved and copied the key {0}. The clipboard is cleared in 30 seconds.', name));
}
