import type { FixContext, Fix } from './fix';
import * as vscode from 'vscode';
import type { ReadPlan } from '../../../access/plan/plan';
import type { PlanStep } from '../../../access/plan/planStep';
import { planRead } from '../../../access/plan/plan';
import { nameInId } from '../../../access/words/format';
import type { Cause } from '../../../access/model/verdict';
import type { FunctionApp, SettingId } from '../../../azure/core/model';
import { refreshReferences } from '../../../azure/appService/settings/settingReferences';
import { settingIdOf } from '../../../azure/appService/settings/settingsMap';
import { formatKeyVaultReference } from '../../../azure/keyVault/secretUri';
import { tell } from '../../../ui/messages';
import { withProgress } from '../../../ui/progress';
import { confirm } from '../../../ui/quickPick';
import { applyPlan } from '../applyPlan';
import { createSecret } from '../../keyVault/createSecret';
import { letAppReadSecret } from '../letAppReadSecret';
import { lookForProof, tellProof } from '../proveGrant';
import { openInPortal } from '../../resources/copyAndView';
import {
  enableSecretAction,
  openAction,
  openFirewall,
  recoverSecretAction,
  recoverTheVault,
  withVault,
} from './vaultFixes';

/** Buttons that fix a cause. Each says everything it does, or asks first. */
export function fixesFor(cause: Cause, context: FixContext): Fix[] {
  const { question } = context;
  switch (cause.kind) {
    case 'noIdentity':
      return rights(context, ['enableIdentity', 'assignIdentity'], (step) =>
        step.kind === 'assignIdentity'
          ? vscode.l10n.t('Assign Identity {0}', nameInId(step.identityId))
          : vscode.l10n.t('Enable System-Assigned Identity'),
      );
    case 'identityDeleted':
      return [];
    case 'wrongIdentity':
      return switchIdentity(cause, context);
    case 'missingPolicy':
    case 'roleOnPolicyVault':
      return rights(context, ['addAccessPolicy'], () => vscode.l10n.t('Add Access Policy (Secrets Get)'));
    case 'missingRole':
    case 'policyOnRbacVault':
      return [
        ...rights(context, ['createRoleAssignment'], () =>
          vscode.l10n.t('Assign Key Vault Secrets User on the Secret'),
        ),
        ...rights(
          context,
          ['createRoleAssignment'],
          () => vscode.l10n.t('Assign Key Vault Secrets User on the Vault'),
          'vault',
        ),
      ];
    case 'referenceSyntax':
      return rewriteReference(context);
    case 'versionGone':
      return followCurrentVersion(context);
    case 'secretDisabled':
      return enableSecretAction(context);
    case 'secretDeleted':
      return recoverSecretAction(context);
    case 'secretAbsent':
      return withVault(context, (vault) => [
        {
          title: vscode.l10n.t('Create Secret'),
          run: async () => {
            await createSecret(context.services, { connection: question.vaultConnection, vault });
            await context.changed();
          },
        },
      ]);
    case 'vaultSoftDeleted':
      return [{ title: vscode.l10n.t('Recover Key Vault'), run: () => recoverTheVault(cause, context) }];
    case 'firewall':
      return [
        ...(cause.addresses.length > 0
          ? [
              {
                title: vscode.l10n.t("Allow the App's IP Addresses"),
                run: () => openFirewall(cause.addresses, context),
              },
            ]
          : []),
        ...portal(context, cause.vaultId),
      ];
    case 'notPropagated':
      return [{ title: vscode.l10n.t('Wait for Access'), run: () => waitForIt(context) }];
    case 'perimeterRefused':
      return portal(context, cause.vaultId);
    case 'publicAccessOff':
      return [...openAction(context), ...portal(context, cause.vaultId)];
    case 'wrongTenant':
      return [...anotherSecret(context), ...portal(context, cause.vaultId)];
    case 'denied':
      return [...anotherSecret(context), ...portal(context, cause.scope)];
    case 'vaultAbsent':
      return anotherSecret(context);
  }
}

/** *Let App Read Secret*, if the plan has steps. */
export function planAction(context: FixContext): Fix[] {
  if (planOf(context).steps.length === 0) return [];
  const { services, question, read } = context;
  const { connection, vaultConnection } = question;
  return withVault(context, (vault) => [
    {
      title: vscode.l10n.t('Let App Read Secret…'),
      run: async () => {
        const secret = { id: '', name: question.target.secretName, enabled: true, tags: {} };
        const nodes = [
          { connection, app: read.app },
          { connection: vaultConnection, vault, secret },
        ];
        await letAppReadSecret(services, undefined, nodes);
      },
    },
  ]);
}

/** *Refresh References*, for an outdated status in App Service. */
export function refreshAction(context: FixContext): Fix[] {
  const { services, question, read } = context;
  return [
    {
      title: vscode.l10n.t('Refresh References'),
      run: async () => {
        await withProgress(
          vscode.l10n.t('Refreshing the Key Vault references of {0}', read.app.name),
          (signal) => refreshReferences(question.connection, read.app, signal),
        );
        services.refresh(question.connection, question.appId);
        await context.changed();
      },
    },
  ];
}

function planOf({ read }: FixContext, roleScope: 'secret' | 'vault' = 'secret'): ReadPlan {
  return planRead(read.facts, { roleScope });
}

/** A button that carries out the steps of these kinds as a grant that can be undone. */
function rights(
  context: FixContext,
  kinds: readonly PlanStep['kind'][],
  title: (step: PlanStep) => string,
  roleScope: 'secret' | 'vault' = 'secret',
): Fix[] {
  const steps = planOf(context, roleScope).steps.filter(({ kind }) => kinds.includes(kind));
  const [first] = steps;
  return first ? [{ title: title(first), run: () => grant(context, steps) }] : [];
}

async function grant(context: FixContext, steps: readonly PlanStep[]): Promise<void> {
  const kept = await applyPlan(context.services, context.question, context.read.app, steps);
  if (kept)
    tell(vscode.l10n.t('Done: {0}.', kept.title), {
      title: vscode.l10n.t('Undo Grant'),
      command: 'keyless.undoLastGrant',
      arguments: [kept.id],
    });
  await context.changed();
}

function switchIdentity({ able, appId }: Cause & { kind: 'wrongIdentity' }, context: FixContext): Fix[] {
  // The app's own code chooses this identity, so Azure can't change it.
  if (context.question.identity !== undefined) return [];
  return able.map(({ name, resourceId }) => ({
    title: vscode.l10n.t('Resolve Key Vault References as {0}', name),
    run: async () => {
      await confirmRestart(context.read.app);
      await grant(context, [
        { kind: 'setReferenceIdentity', appId, identity: resourceId ?? 'SystemAssigned' },
      ]);
    },
  }));
}

function rewriteReference(context: FixContext): Fix[] {
  const setting = settingOf(context);
  if (!setting) return [];
  const { secretName, secretVersion: version } = context.question.target;
  return withVault(context, ({ vaultUri }) => [
    {
      title: vscode.l10n.t('Rewrite Reference'),
      run: async () => {
        await confirmRestart(context.read.app);
        const identifier = { vaultUri, name: secretName, ...(version === undefined ? {} : { version }) };
        const reference = formatKeyVaultReference(identifier);
        await grant(context, [
          { kind: 'writeReference', appId: context.question.appId, ...setting, reference },
        ]);
      },
    },
  ]);
}

/** The setting whose reference the app reads through. */
function settingOf({ read }: Pick<FixContext, 'read'>): SettingId | undefined {
  const { reference } = read.facts;
  return reference && settingIdOf({ name: reference.settingName, connectionType: reference.connectionType });
}

/** A reference without a version follows the current one. */
function followCurrentVersion(context: FixContext): Fix[] {
  const { question, read } = context;
  const { secretVersion: _, ...target } = question.target;
  const current = { ...question, target };
  if (!read.facts.reference)
    return [{ title: vscode.l10n.t('Check the Current Version'), run: () => context.ask(current) }];
  return rewriteReference({
    ...context,
    question: current,
    changed: () => context.ask(current),
  }).map((one) => ({ ...one, title: vscode.l10n.t('Make Reference Follow the Current Version') }));
}

/** Asks the vault again if there is a reference. If there isn't, the refusal that was seen counts until its time is over. */
async function waitForIt({ services, question, read, changed }: FixContext): Promise<void> {
  const setting = settingOf({ read });
  const { observed: _, ...since } = question;
  const what = setting ? { question: since, setting } : { question };
  const proof = await withProgress(
    vscode.l10n.t('Waiting until {0} can read {1}', nameInId(question.appId), question.target.secretName),
    (signal, report) => lookForProof(what, signal, report),
  );
  tellProof(services, what, proof);
  await changed();
}

function portal({ services, question }: FixContext, resourceId: string): Fix[] {
  const { vaultConnection: connection } = question;
  if (!connection.cloud.portal || !/^\/subscriptions\//i.test(resourceId)) return [];
  return [
    { title: vscode.l10n.t('Open in Portal'), run: () => openInPortal(services, { connection, resourceId }) },
  ];
}

/** Offered if no access that could be granted would help. */
function anotherSecret({ services, question, read }: FixContext): Fix[] {
  const node = { connection: question.connection, app: read.app };
  return [
    { title: vscode.l10n.t('Let It Read Another Secret…'), run: () => letAppReadSecret(services, node) },
  ];
}

function confirmRestart(app: FunctionApp): Promise<void> {
  return confirm(
    vscode.l10n.t('Change the configuration of {0}?', app.name),
    vscode.l10n.t('The app restarts. Work in progress is cut off.'),
    vscode.l10n.t('Change Configuration'),
  );
}
