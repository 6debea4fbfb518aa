import { html } from '../../webview/view/dom';
import type { Palette } from '../style';
import { drawingStyle, mapColors } from '../style';

/** The drawing's colors in the editor's theme. base.css has the shared ones. */
const themed: Palette = {
  background: 'var(--vscode-editor-background)',
  text: 'var(--vscode-editor-foreground)',
  muted: 'var(--vscode-descriptionForeground)',
  box: 'var(--vscode-editorWidget-background)',
  edge: 'var(--edge)',
  accent: 'var(--vscode-textLink-foreground)',
  fine: 'var(--good)',
  broken: 'var(--bad)',
  unknown: 'var(--warn)',
  key: 'var(--vscode-charts-purple)',
  unused: 'var(--line)',
};

/** Applies the drawing's style. The page's policy allows no style attributes, but it allows this. */
export function applyDrawingStyle(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(drawingStyle(themed));
  document.adoptedStyleSheets.push(sheet);
}

/** The colors as they are now, for an exported picture. What shines through is mixed with the background. */
export function currentPalette(): Palette {
  const probe = html('span');
  document.body.append(probe);
  const read = (color: string) => {
    probe.style.color = color;
    return channels(getComputedStyle(probe).color);
  };
  const below = read(themed.background);
  const palette = mapColors(themed, (color) => {
    const { rgb, alpha } = read(color);
    const mixed = rgb.map((value, index) => value * alpha + (below.rgb[index] ?? 0) * (1 - alpha));
    return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
  });
  probe.remove();
  return palette;
}

/** Of `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)` or `color(srgb 0.1 0.2 0.3 / 0.5)`, the forms that browsers compute. */
function channels(color: string): { rgb: readonly number[]; alpha: number } {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
  const most = color.startsWith('color(') ? 255 : 1;
  return { rgb: [red * most, green * most, blue * most], alpha };
}
