/**
 * Matches a path against the route template of an HTTP trigger (ASP.NET Core's, as the host uses them):
 * case-insensitive literals, `{name}`, `{name:constraint}`, `{name?}`, `{*rest}`.
 * @returns the decoded parameters; undefined if the path doesn't match
 */
export function matchRoute(template: string, path: string): Record<string, string> | undefined {
  const pattern = segmentsOf(template);
  const segments = segmentsOf(path).map(decode);
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    const parameter = /^\{(\*{0,2})([^}:?]+)((?::[^}?]+)?)(\??)\}$/.exec(part);
    if (parameter === null) {
      if (segment?.toLowerCase() !== part.toLowerCase()) return undefined;
      continue;
    }
    const [, star, name = '', constraint = '', optional] = parameter;
    if (star !== '') {
      params[name] = segments.slice(index).join('/');
      return params;
    }
    if (segment === undefined) {
      if (optional === '') return undefined;
      continue;
    }
    if (!satisfies(segment, constraint.slice(1))) return undefined;
    params[name] = segment;
  }
  return segments.length > pattern.length ? undefined : params;
}

/** A sort key that puts literal segments before parameters: the more specific of two matching routes wins. */
export function specificity(template: string): string {
  return segmentsOf(template)
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

function satisfies(segment: string, names: string): boolean {
  return names.split(':').every((name) => constraints[name.toLowerCase()]?.test(segment) ?? true);
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
