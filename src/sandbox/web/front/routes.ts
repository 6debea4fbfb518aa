/** What a parameter's braces contain. Braces in a constraint are doubled (ASP.NET Core's TemplateParser.cs). */
const inside = String.raw`(?:[^{}]|\{\{|\}\})*`;
const segmentPattern = new RegExp(String.raw`(?:\{${inside}\}|[^/{}])+`, 'g');
const parameterPattern = new RegExp(String.raw`^\{(${inside})\}$`);

/**
 * Matches a path against the route template of an HTTP trigger (ASP.NET Core's, as the host uses them):
 * case-insensitive literals, `{name}`, `{name:constraint}`, `{name?}`, `{name=default}`, `{*rest}`.
 * @returns the decoded parameters; undefined if the path doesn't match
 */
export function matchRoute(template: string, path: string): Record<string, string> | undefined {
  const pattern = template.match(segmentPattern) ?? [];
  const segments = segmentsOf(path).map(decode);
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    const parameter = parameterOf(part);
    if (parameter === undefined) {
      if (segment?.toLowerCase() !== part.toLowerCase()) return undefined;
      continue;
    }
    const { name, catchAll, optional, constraints, value } = parameter;
    if (catchAll) {
      if (segment !== undefined) params[name] = segments.slice(index).join('/');
      return params;
    }
    if (segment === undefined) {
      if (value !== undefined) params[name] = value;
      else if (!optional) return undefined;
      continue;
    }
    if (!constraints.every((constraint) => satisfies(segment, constraint))) return undefined;
    params[name] = segment;
  }
  return segments.length > pattern.length ? undefined : params;
}

interface Parameter {
  name: string;
  catchAll: boolean;
  optional: boolean;
  constraints: string[];
  /** The default value. */
  value?: string;
}

/** The parameter that a segment of a template consists of (ASP.NET Core's RouteParameterParser.cs). */
function parameterOf(segment: string): Parameter | undefined {
  const whole = parameterPattern.exec(segment)?.[1];
  if (whole === undefined) return undefined;
  const optional = whole.endsWith('?');
  const text = optional ? whole.slice(0, -1) : whole;
  const [head = '', stars = '', name = ''] = /^(\*{0,2})([^:=]*)/.exec(text) ?? [];
  const rest = text.slice(head.length);
  const constraints = (rest.startsWith('=') ? null : rest.match(/:[^:=(]*(?:\(.*?\)(?=[:=]|$))?/g)) ?? [];
  const value = rest.slice(constraints.join('').length);
  return {
    name,
    catchAll: stars !== '',
    optional,
    constraints: constraints.map((constraint) => constraint.slice(1)),
    ...(value.startsWith('=') ? { value: value.slice(1) } : {}),
  };
}

/** A sort key that puts literal segments before parameters: the more specific of two matching routes wins. */
export function specificity(template: string): string {
  return (template.match(segmentPattern) ?? [])
    .map((part) => (part.startsWith('{*') ? '2' : part.startsWith('{') ? '1' : '0'))
    .join('');
}

const constraints: Record<string, RegExp> = {
  int: /^[+-]?\d+$/,
  long: /^[+-]?\d+$/,
  decimal: /^[+-]?\d+(\.\d+)?$/,
  double: /^[+-]?\d+(\.\d+)?$/,
  float: /^[+-]?\d+(\.\d+)?$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i,
};

function satisfies(segment: string, constraint: string): boolean {
  const expression = /^regex\((.*)\)$/is.exec(constraint)?.[1];
  if (expression !== undefined)
    return new RegExp(expression.replaceAll('{{', '{').replaceAll('}}', '}'), 'i').test(segment);
  return constraints[constraint.toLowerCase()]?.test(segment) ?? true;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
