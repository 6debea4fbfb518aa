import * as l10n from '@vscode/l10n';
import { html, svgElement } from '../../webview/view/dom';
import type { LineState } from '../model/picture';
import { swatchShape } from '../shapes';
import { svg } from './svg';

/** What the lines and signs mean, each with what it looks like on the map. */
export function legend(): HTMLElement {
  return html(
    'ul',
    { class: 'legend' },
    row(line('fine'), l10n.t('works')),
    row(line('broken'), l10n.t('broken: gives no access, or a reference fails')),
    row(line('unknown'), l10n.t("can't tell: not fetched yet, with a condition, or without a known role")),
    row(line('key'), l10n.t('opens it with a key')),
    row(line('unused'), l10n.t("works, but no Key Vault reference uses it; the app's code may")),
    row(line('structure'), l10n.t('uses an identity, or contains a secret')),
    row(warning(), l10n.t('has a problem')),
  );
}

function row(swatch: SVGElement, text: string): HTMLElement {
  return html('li', {}, swatch, html('span', {}, text));
}

function line(state: LineState): SVGElement {
  return picture(svg(swatchShape(state)));
}

function warning(): SVGElement {
  const d = 'M28 1L35 14H21zM28 5.5V9.5M28 11V12';
  return picture(svgElement('path', { class: 'warning', d }));
}

function picture(content: SVGElement): SVGElement {
  return svgElement('svg', { class: 'swatch', viewBox: '0 0 56 16', 'aria-hidden': 'true' }, content);
}
