import { svgElement } from './dom';

/** `unknown`: a fact is missing. `neutral`: neither good nor bad. */
export type Tone = 'good' | 'bad' | 'warning' | 'unknown' | 'neutral';

/** Shapes that differ without their color. The text beside an icon says the same, so screen readers skip it. */
const paths: Readonly<Record<Tone, readonly string[]>> = {
  good: [circle(), 'M5 8.3 7.2 10.5 11.2 5.8'],
  bad: [circle(), 'M5.6 5.6 10.4 10.4', 'M10.4 5.6 5.6 10.4'],
  warning: ['M8 2 14.5 13.5H1.5Z', 'M8 6.5V9.5', 'M8 11.2V11.7'],
  unknown: [circle(), 'M6.2 6.4A1.9 1.9 0 1 1 8 8.4V9.4', 'M8 11V11.5'],
  neutral: [circle(), 'M8 7.4V11', 'M8 5V5.4'],
};

function circle(): string {
  return 'M8 1.5A6.5 6.5 0 1 1 8 14.5A6.5 6.5 0 1 1 8 1.5Z';
}

export function icon(tone: Tone): SVGElement {
  return svgElement(
    'svg',
    { class: `icon ${tone}`, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    ...paths[tone].map((d) => svgElement('path', { d })),
  );
}
