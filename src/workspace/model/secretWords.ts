import * as l10n from '@vscode/l10n';
import { kindWords } from '../../access/credentials/words';
import type { FileSecret } from './secretIn';

/** What Git does with a file; `unknown` also where there is no repository. */
export type GitState = 'tracked' | 'ignored' | 'untracked' | 'unknown';

/** How much it matters that a secret is in a file. */
export type Severity = 'error' | 'warning' | 'information';

export function severityOf({ kind, expires, isReal }: FileSecret, git: GitState, now: Date): Severity {
  if (kind === 'templateKey' || (expires && expires < now)) return 'information';
  if (git === 'tracked' && (kind !== 'other' || isReal)) return 'error';
  return kind === 'other' ? 'information' : 'warning';
}

/** Says what a secret is and opens, never its value. */
export function secretMessage(secret: FileSecret, git: GitState, now: Date): string {
  const { kind, host, account, expires, isReal } = secret;
  if (kind === 'templateKey')
    return l10n.t(
      "Each deployment of this template reads a key. If it becomes a setting, the app holds a key again. Assign a role to the app's identity instead.",
    );
  const opens = host?.name ?? account ?? host?.host;
  const sentences = [
    opens === undefined
      ? l10n.t('Secret in a file: {0}.', kindWords(kind))
      : l10n.t('Secret in a file: {0}. It opens {1}.', kindWords(kind), opens),
  ];
  if (isReal) sentences.push(l10n.t("Its checksum is right, so it isn't a sample."));
  if (expires) {
    const day = expires.toISOString().slice(0, 10);
    sentences.push(expires < now ? l10n.t('It expired on {0}.', day) : l10n.t('It expires on {0}.', day));
  }
  if (git === 'tracked')
    sentences.push(l10n.t('Git tracks this file. Rotate the secret, because it stays in the history.'));
  if (git === 'untracked')
    sentences.push(l10n.t("Git doesn't ignore this file, so the secret would be part of the next commit."));
  return sentences.join(' ');
}

/** The page about doing without such a secret. */
export function documentationOf({ kind }: FileSecret): string {
  switch (kind) {
    case 'storageKey':
    case 'storageSas':
    case 'namespaceKey':
    case 'namespaceSas':
    case 'cosmosKey':
    case 'signalRKey':
    case 'eventGridKey':
      return 'https://learn.microsoft.com/azure/azure-functions/functions-reference#connections';
    case 'templateKey':
      return 'https://learn.microsoft.com/azure/azure-functions/functions-identity-based-connections-tutorial';
    default:
      return 'https://learn.microsoft.com/azure/app-service/app-service-key-vault-references';
  }
}

/** The page about replacing such a secret with a new one, after somebody may have seen it. */
export function rotationPageOf({ kind }: FileSecret): string {
  switch (kind) {
    case 'storageKey':
    case 'storageSas':
      return 'https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage';
    case 'functionKey':
      return 'https://learn.microsoft.com/azure/azure-functions/function-keys-how-to';
    default:
      return 'https://learn.microsoft.com/azure/key-vault/secrets/tutorial-rotation-dual';
  }
}
