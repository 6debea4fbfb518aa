import * as l10n from '@vscode/l10n';
import { html } from '../../webview/view/dom';
import type { Tone } from '../../webview/view/icons';
import { icon } from '../../webview/view/icons';
import type { SearchMessage } from '../messages';
import type { Totals } from '../model/keyTable';

interface Answer {
  readonly tone: Tone;
  readonly text: string;
  readonly detail: string;
}

/** What has been found out so far. Only when everything was read, it says that there's nothing. */
export function answerOf(search: SearchMessage, totals: Totals): Answer {
  const { state, of, failure, unlisted } = search;
  const unknown = totals.unread.length + unlisted.length;
  switch (state) {
    case 'listing':
      return { tone: 'neutral', text: l10n.t('Listing the apps…'), detail: '' };
    case 'reading':
      return {
        tone: 'neutral',
        text: l10n.t('Checked {0} of {1} apps', totals.apps, of),
        detail: keysWords(totals),
      };
    case 'failed':
      return { tone: 'bad', text: failure?.reason ?? '', detail: failure?.nextStep ?? '' };
    case 'stopped': {
      const text = l10n.t('Canceled after {0} of {1} apps', totals.apps, of);
      return { tone: 'unknown', text, detail: keysWords(totals) };
    }
    case 'done':
      if (totals.keys > 0)
        return {
          tone: 'warning',
          text: keysWords(totals),
          detail: [resourceWords(totals), unknownWords(unknown)].filter(Boolean).join(' '),
        };
      if (unknown > 0)
        return {
          tone: 'unknown',
          text: l10n.t('No keys were found, but not everything could be checked'),
          detail: unknownWords(unknown),
        };
      if (totals.apps === 0)
        return { tone: 'neutral', text: l10n.t('There are no function apps'), detail: '' };
      return { tone: 'good', text: l10n.t('No keys left'), detail: noneWords(totals) };
  }
}

export function answerPart({ tone, text, detail }: Answer): Node[] {
  return [
    icon(tone),
    html(
      'div',
      {},
      html('p', { class: 'text' }, text),
      ...(detail === '' ? [] : [html('p', { class: 'detail' }, detail)]),
    ),
  ];
}

function keysWords({ keys, appsWithKeys, apps }: Totals): string {
  if (keys === 0) return l10n.t('No keys so far');
  return keys === 1
    ? l10n.t('1 key in {0} of {1} apps', appsWithKeys, apps)
    : l10n.t('{0} keys in {1} of {2} apps', keys, appsWithKeys, apps);
}

function resourceWords({ resources, different, keys }: Totals): string {
  if (resources === 0 || keys === 1) return '';
  if (different === keys)
    return resources === 1 ? l10n.t('They open 1 resource.') : l10n.t('They open {0} resources.', resources);
  return different === 1
    ? l10n.t("It's the same key everywhere.")
    : l10n.t('There are {0} different ones. Resources that they open: {1}.', different, resources);
}

function unknownWords(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? l10n.t("1 couldn't be checked, and may hold more.")
    : l10n.t("{0} couldn't be checked, and may hold more.", count);
}

function noneWords({ apps }: Totals): string {
  const about = l10n.t("Keyless doesn't look into the app's code.");
  const text =
    apps === 1
      ? l10n.t(
          'The settings and connection strings of the app hold no credential that Keyless recognizes, and publishing needs no password.',
        )
      : l10n.t(
          'The settings and connection strings of {0} apps hold no credential that Keyless recognizes, and publishing needs no password.',
          apps,
        );
  return `${text} ${about}`;
}
