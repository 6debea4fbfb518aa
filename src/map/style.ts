/** The colors of the drawing, by meaning. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly box: string;
  readonly edge: string;
  readonly accent: string;
  readonly fine: string;
  readonly broken: string;
  readonly unknown: string;
  readonly key: string;
  readonly unused: string;
}

/** Dark on white. */
export const lightPalette: Palette = {
  ...{ background: '#ffffff', text: '#1f2328', muted: '#57606a', box: '#f6f8fa', edge: '#8c959f' },
  ...{ accent: '#0969da', fine: '#1a7f37', broken: '#cf222e', unknown: '#9a6700', unused: '#6e7781' },
  key: '#8250df',
};

/** The palette with each color changed. */
export function mapColors(palette: Palette, change: (color: string, name: string) => string): Palette {
  const changed = Object.entries(palette).map(
    ([name, color]: [string, string]) => [name, change(color, name)] as const,
  );
  return { ...palette, ...Object.fromEntries(changed) };
}

/** The style of the drawing, the same in the page and in an exported picture. Each state also has a form or a sign. */
export function drawingStyle(colors: Palette): string {
  const { background, text, muted, box, edge, accent, fine, broken, unknown, key, unused } = colors;
  const state = (name: string, color: string, line: string) =>
    `.${name}>.line{stroke:${color};${line}}.${name}>.arrow,.${name}>.bar{fill:${color}}.${name}>.spot,.${name}>.sign{stroke:${color}}`;
  return [
    `text{font:12px system-ui,sans-serif;fill:${text}}`,
    `.heading{font-size:13px;font-weight:600}`,
    `.note,.label{font-size:10.5px;fill:${muted}}`,
    `.label{paint-order:stroke;stroke:${background};stroke-width:4px}`,
    `.box{fill:${box};stroke:${edge}}`,
    `.icon,.twist{fill:none;stroke:${accent};stroke-width:1.2}`,
    `.twist{stroke:${muted};stroke-width:1.6}`,
    `.count{font-size:11px;font-weight:600}`,
    `.warning{fill:none;stroke:${unknown};stroke-width:1.4}`,
    `.twist{pointer-events:none}`,
    `.turn{fill:transparent}`,
    `.open>.name{font-weight:600}`,
    `.line{fill:none}`,
    `.spot{fill:${background};stroke-width:1.2}`,
    `.sign{fill:none;stroke-width:1.8}`,
    state('fine', fine, 'stroke-width:1.8'),
    state('broken', broken, 'stroke-width:2.4'),
    state('unknown', unknown, 'stroke-width:1.8;stroke-dasharray:1.5 4;stroke-linecap:round'),
    state('key', key, 'stroke-width:1.8;stroke-dasharray:9 3 2 3'),
    state('unused', unused, 'stroke-width:1.3;stroke-dasharray:6 4'),
    state('structure', muted, 'stroke-width:1'),
  ].join('\n');
}
