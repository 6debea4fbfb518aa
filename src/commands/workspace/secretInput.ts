import * as vscode from 'vscode';
import { parseSecretIdentifier } from '../../azure/keyVault/secretUri';
import { getSecretValue } from '../../azure/keyVault/secrets';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import { plainLine } from '../../ui/text';
import { inputCommand } from '../../workspace/model/fileEdits';
import type { InputSources } from '../../workspace/model/inputUses';
import { sourcesOf, whyRefused } from '../../workspace/model/inputUses';
import { vaultByUri } from '../keyVault/findSecret';
import type { Services } from '../services';
import { refusalWords, requireTrust } from './refusals';

type UsedServices = Pick<Services, 'accounts' | 'inventory' | 'memento'>;

/**
 * Gives VS Code the value of a secret for an input of launch.json or tasks.json, after asking: whatever is in these files
 * decides which process gets it.
 * @param args those of the input: `secret` is the URI of a secret, with or without a version
 * @returns a secret value
 */
export async function secretInput(
  services: UsedServices,
  args?: { readonly secret?: unknown },
): Promise<string> {
  requireTrust();
  const uri = typeof args?.secret === 'string' ? args.secret : '';
  const identifier = parseSecretIdentifier(uri);
  if (!identifier)
    throw new UserError(
      vscode.l10n.t("The input doesn't name a secret"),
      vscode.l10n.t('Give it "args" with the URI of a secret: {0}', '{ "secret": "https://…/secrets/…" }'),
    );
  const isAsked = (asked: unknown) => (asked as { secret?: unknown } | undefined)?.secret === uri;
  const refusal = whyRefused(inputSources(), inputCommand, isAsked);
  if (refusal) throw new UserError(...refusalWords(refusal));
  await askOnce(services.memento, uri);
  const { vaultUri, name, version } = identifier;
  const { connection, vault } = await vaultByUri(services, vscode.l10n.t('Get Secret Value'), vaultUri);
  return withProgress(vscode.l10n.t('Reading {0} from {1}', name, vault.name), (signal) =>
    getSecretValue(connection, vault, name, version, signal),
  );
}

/** What all folders of the workspace, its own file, and the user's settings say about launch configurations, tasks, and MCP servers. */
function inputSources(): InputSources[] {
  const folders = vscode.workspace.workspaceFolders ?? [undefined];
  return folders.flatMap((folder) => {
    const settings = vscode.workspace.getConfiguration(undefined, folder);
    return (['launch', 'tasks', 'mcp'] as const).flatMap((section) => {
      const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect(section) ?? {};
      return sourcesOf(section, settings.get(section), [globalValue, workspaceValue, workspaceFolderValue]);
    });
  });
}

/** @throws vscode.CancellationError unless the person agrees, or did so for this secret and workspace before */
async function askOnce(memento: vscode.Memento, uri: string): Promise<void> {
  const folder = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const allowed = memento.get<readonly string[]>(allowedKey, []);
  const consent = `${folder?.toString() ?? ''} ${uri}`;
  if (allowed.includes(consent)) return;
  const [once, always] = [vscode.l10n.t('Allow Once'), vscode.l10n.t('Always Allow in This Workspace')];
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Give the value of this secret to a process?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        '{0}\n\nA launch configuration or task of this workspace asks for it. The process gets it as an environment variable, and can do anything with it.',
        plainLine(uri),
      ),
    },
    once,
    always,
  );
  if (answer === always) await memento.update(allowedKey, [...allowed, consent].slice(-100));
  else if (answer !== once) throw new vscode.CancellationError();
}

/** Names of secrets and folders, never values. */
const allowedKey = 'keyless.allowedInputs';
