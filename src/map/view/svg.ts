import { svgElement } from '../../webview/view/dom';
import type { Shape } from '../shapes';

/** Creates an SVG element for a shape. */
export function svg({ tag, attributes, text, children }: Shape): SVGElement {
  return svgElement(tag, attributes, ...(text === undefined ? [] : [text]), ...(children ?? []).map(svg));
}
