import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import type { AppProject } from '../../azure/appService/appProject';
import type { AssignedIdentity } from '../../azure/core/model';
import { isOfTenant } from '../../azure/directory/subscriptions';
import { formatSecretIdentifier, parseSecretIdentifier } from '../../azure/keyVault/secretUri';
import { codeFolder } from '../../azure/appService/siteFolders';
import type { Plan } from '../../templates/readSecret';
import { isCancellation, UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { nearTo } from '../../ui/pickers/nearest';
import { pickFunctionApp, pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { askText, pickOne } from '../../ui/quickPick';
import { confirmSummary } from '../../ui/summary';
import { recordSiteFile } from '../../ui/siteFileChanges';
import type { AppTarget, SecretTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { writeToWorkspace } from './workspaceFunction';

const title = () => vscode.l10n.t('Add Function That Reads a Secret');

/**
 * Writes an HTTP-triggered function that reads a secret with the app's identity. It goes to the app if its files can be
 * written and the runtime needs no build, and to the workspace otherwise. It contains the secret's URI, not its value.
 */
export async function addFunctionThatReadsSecret(
  services: Pick<Services, 'changes' | 'inventory' | 'milestones' | 'refresh' | 'siteUris'>,
  node?: AppTarget | SecretTarget,
): Promise<void> {
  const target =
    node && 'app' in node ? node : await pickFunctionApp(services.inventory, title(), sameTenant(node));
  requireFeature(target.app, 'functions');
  const secret =
    node && 'secret' in node ? node : await pickSecret(services.inventory, title(), undefined, target);
  const { project, existing } = await look(target);
  const functionName = await askFunctionName(existing);
  const clientId = await clientIdOf(target);
  const { isDeclaredInCode, planFunction } = await import('../../templates/readSecret');
  const plan = planFunction(
    {
      runtime: project.runtime,
      declaredInCode: isDeclaredInCode(project.runtime, project.files, project.packageJson),
      ...(project.readOnly ? { readOnly: project.readOnly } : {}),
    },
    {
      functionName,
      secretUri: uriOf(secret),
      vaultAudience: target.connection.cloud.vaultAudience,
      ...(clientId === undefined ? {} : { clientId }),
    },
  );
  if (!plan) throw unknownRuntime(target, project);
  if (plan.place === 'workspace') await writeToWorkspace(title(), target.app.id, plan, reasonOf(project));
  else await writeToSite(services, target, secret, functionName, plan);
}

/** Reads the app's project first, because the questions depend on it. */
function look({ connection, app }: AppTarget): Promise<{ project: AppProject; existing: readonly string[] }> {
  return withProgress(vscode.l10n.t('Checking {0}', app.name), async (signal) => {
    const [{ readAppProject }, { listFunctions }] = await Promise.all([
      import('../../azure/appService/appProject'),
      import('../../azure/appService/sites'),
    ]);
    const [project, functions] = await Promise.all([
      readAppProject(connection, app, signal),
      // Only for their names: functions that are declared in code have no folder. A stopped app lists none.
      listFunctions(connection, app, signal).catch(() => []),
    ]);
    const names = [...(project.files ?? []), ...functions.map(({ name }) => name)];
    return { project, existing: names.map((name) => name.toLowerCase()) };
  });
}

async function writeToSite(
  services: Pick<Services, 'changes' | 'milestones' | 'refresh' | 'siteUris'>,
  target: AppTarget,
  secret: SecretTarget,
  functionName: string,
  plan: Plan,
): Promise<void> {
  const { connection, app } = target;
  if (plan.notes.length > 0)
    await confirmSummary(
      { title: title(), placeHolder: vscode.l10n.t('Add {0} to {1}?', functionName, app.name) },
      vscode.l10n.t('Add Function'),
      [
        ...Object.keys(plan.files).map((file) => ({ icon: 'new-file', label: file })),
        ...plan.notes.map((note) => ({ icon: 'warning', label: note })),
      ],
    );
  await withProgress(vscode.l10n.t('Adding {0} to {1}', functionName, app.name), async (signal, report) => {
    const [{ writeSiteFile }, { syncFunctionTriggers, waitForFunction }] = await Promise.all([
      import('../../azure/appService/siteFiles'),
      import('../../azure/appService/appProject'),
    ]);
    // Write function.json last, because with it the host treats the folder as a function.
    const paths = Object.keys(plan.files).sort((a, b) => rank(a) - rank(b));
    for (const path of paths) {
      report(path);
      const text = plan.files[path] ?? '';
      const whole = `${codeFolder}/${path}`;
      await writeSiteFile(connection, app, whole, Buffer.from(text), undefined, signal);
      await recordSiteFile(services.changes, target, whole, { kind: 'writeSiteFile' });
    }
    report(vscode.l10n.t('syncing triggers'));
    await syncFunctionTriggers(connection, app, signal);
    services.changes.record(connection, { kind: 'syncTriggers', appId: app.id });
    report(vscode.l10n.t('waiting until the app lists it'));
    // Canceling only ends the wait: the function has been written.
    await waitForFunction(connection, app, functionName, signal).catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  });
  services.milestones.reach('function');
  services.refresh(connection, app.id, `${app.id}/functions/${functionName}`);
  await vscode.commands.executeCommand(
    'vscode.open',
    services.siteUris.uriOf(target, `${codeFolder}/${plan.main}`),
  );
  tell(
    vscode.l10n.t('Added {0} to {1}. It reads {2}.', functionName, app.name, secret.secret.name),
    { title: vscode.l10n.t('Run Function'), command: 'keyless.runFunction', arguments: [target] },
    {
      title: vscode.l10n.t('Let App Read Secret'),
      command: 'keyless.letAppReadSecret',
      arguments: [{ ...secret, app }],
    },
  );
}

function rank(path: string): number {
  return path.endsWith('function.json') ? 1 : 0;
}

/** The client ID to use. The system-assigned identity needs none. If there are several others, the person selects one. */
async function clientIdOf({ app }: AppTarget): Promise<string | undefined> {
  const { systemAssigned, userAssigned } = app.identity;
  const [only, ...others] = userAssigned;
  if (systemAssigned || !only) return undefined;
  if (others.length === 0) return only.clientId;
  const picked = await pickOne<AssignedIdentity>(
    () =>
      Promise.resolve(
        userAssigned.map((identity): Choice<AssignedIdentity> => ({
          icon: 'account',
          label: identity.resourceId.split('/').at(-1) ?? identity.clientId,
          description: identity.clientId,
          value: identity,
        })),
      ),
    { title: title(), placeHolder: vscode.l10n.t('Select the identity that the function uses') },
    () => new UserError(vscode.l10n.t('{0} has no identity', app.name)),
  );
  return picked.clientId;
}

function askFunctionName(existing: readonly string[]): Promise<string> {
  return askText({
    title: title(),
    prompt: vscode.l10n.t('Name of the function'),
    value: freeName('ReadSecret', existing),
    validateInput: (text) => {
      // The host's rule for function names.
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,127}$/.test(text))
        return vscode.l10n.t('Start with a letter. Use only letters, digits, hyphens, and underscores.');
      return existing.includes(text.toLowerCase()) ? vscode.l10n.t('{0} already exists.', text) : undefined;
    },
  });
}

/** The name, with the first number that makes it free if it's taken. */
function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free.toLowerCase()); number++) free = `${name}${number}`;
  return free;
}

function uriOf({ vault, secret }: SecretTarget): string {
  const identifier = parseSecretIdentifier(secret.id);
  if (!identifier)
    throw new UserError(vscode.l10n.t('{0} has a secret with an invalid identifier', vault.name));
  return formatSecretIdentifier({
    vaultUri: identifier.vaultUri,
    name: identifier.name,
    ...(secret.version === undefined ? {} : { version: secret.version }),
  });
}

function sameTenant(secret: SecretTarget | undefined) {
  if (!secret) return {};
  return {
    near: nearTo(secret),
    only: ({ connection, app }: AppTarget) =>
      isOfTenant(connection, app.subscriptionId, secret.vault.tenantId),
    none: vscode.l10n.t('No function apps were found in the tenant of {0}', secret.vault.name),
  };
}

function reasonOf({ readOnly, runtime }: AppProject): string {
  switch (readOnly) {
    case 'package':
      return vscode.l10n.t("The app runs from a package, which can't be changed in place.");
    case 'flexConsumption':
      return vscode.l10n.t('Apps on the Flex Consumption plan run from a deployed package.');
    case 'linuxConsumption':
      return vscode.l10n.t('Apps on the Consumption plan for Linux run from a deployed package.');
    case 'containerApps':
      return vscode.l10n.t('Apps on Azure Container Apps run in a container.');
    default:
      return vscode.l10n.t('Functions of this app ({0}) are built and deployed as a project.', runtime);
  }
}

function unknownRuntime({ app }: AppTarget, { runtime, readOnly }: AppProject): UserError {
  return runtime === ''
    ? new UserError(
        vscode.l10n.t("Can't tell which runtime {0} uses", app.name),
        // Flex Consumption refuses the setting.
        readOnly === 'flexConsumption'
          ? undefined
          : vscode.l10n.t('Set FUNCTIONS_WORKER_RUNTIME in its app settings.'),
      )
    : new UserError(
        vscode.l10n.t("Keyless doesn't have a function for the runtime {0} of {1}", runtime, app.name),
      );
}
