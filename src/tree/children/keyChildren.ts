import * as l10n from '@vscode/l10n';
import type { Finding } from '../../access/credentials/findings';
import {
  kindWords,
  nameWords,
  opensWords,
  reasonWords,
  unreadWords,
  usersWords,
  wayWords,
} from '../../access/credentials/words';
import { dayOf } from '../../access/words/format';
import type { KeysLeft } from '../../inventory/keysLeft';
import type { Appearance } from '../appearance';
import type { Detail } from '../describe/details';
import type { KeyLeftNode, KeysLeftNode } from '../nodes/settingNodes';
import { messageNode } from '../nodes/messageNodes';
import type { Node } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';

/** The credentials that an app holds, without their values, or the good news that it holds none. */
export async function keysLeftOf(
  { connection, app, id: parentId }: KeysLeftNode,
  signal: AbortSignal,
): Promise<Node[]> {
  const { findKeysLeft } = await import('../../inventory/keysLeft');
  const { keys, unread } = await findKeysLeft(connection, app, signal);
  const nodes = keys.map(({ finding, setting }): KeyLeftNode => ({
    kind: 'keyLeft',
    id: nodeId(connection, app.id, `keysLeft/${finding.source}/${finding.name}`),
    parentId,
    connection,
    app,
    finding,
    appearance: appearanceOf(finding, keys),
    ...(setting ? { setting } : {}),
  }));
  if (unread.length > 0) return [...nodes, unreadMessage(parentId, unread)];
  return nodes.length > 0 ? nodes : [messageNode(parentId, l10n.t('No keys left'), 'info', noneDetail())];
}

function noneDetail(): string {
  return l10n.t(
    "The app's settings and connection strings hold no credential that Keyless recognizes, and publishing needs no password. Keyless doesn't look into the app's code.",
  );
}

function unreadMessage(parentId: string, unread: KeysLeft['unread']): Node {
  return messageNode(parentId, l10n.t("Couldn't check everything"), 'warning', unreadWords(unread));
}

function appearanceOf(finding: Finding, all: KeysLeft['keys']): Appearance {
  const { part, host, expires, wayOut } = finding;
  const opens = opensWords(finding);
  return {
    label: nameWords(finding),
    description: [kindWords(finding.kind), opens].filter(Boolean).join(', '),
    details: [
      [l10n.t('Credential'), kindWords(finding.kind)],
      ...(part === undefined ? [] : [[l10n.t('Part of the value'), part] as const]),
      [l10n.t('Opens'), opens ?? l10n.t('unknown')],
      ...(host ? [[l10n.t('Host'), host.host] as const] : []),
      ...(expires ? [[l10n.t('Expires'), dayOf(expires)] as const] : []),
      [l10n.t('Used by'), usersWords(finding)],
      ...sameKeys(finding, all),
      [l10n.t('Way out'), wayWords(finding)],
      [l10n.t('What to do'), reasonWords(wayOut.because)],
      ...replacements(finding),
    ],
    icon: wayOut.way === 'none' ? { theme: 'lock' } : { theme: 'unlock', color: 'list.warningForeground' },
    children: 'none',
  };
}

/** Settings that hold the same key. It stays in use until all of them are replaced. */
function sameKeys({ name, fingerprint }: Finding, all: KeysLeft['keys']): Detail[] {
  const others = all.filter(
    ({ finding }) =>
      fingerprint !== undefined && finding.fingerprint === fingerprint && finding.name !== name,
  );
  return others.length > 0
    ? [[l10n.t('Same key as'), others.map(({ finding }) => finding.name).join(', ')]]
    : [];
}

/** The settings that replace the credential, for a system-assigned identity. */
function replacements({ wayOut: { add = {} } }: Finding): Detail[] {
  const lines = Object.entries(add).map(([name, value]) => `${name}=${value}`);
  return lines.length > 0 ? [[l10n.t('Replaced by'), lines.join(', ')]] : [];
}
