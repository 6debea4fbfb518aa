/** The expressions of a query. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'column'; name: string }
  | { kind: 'member'; of: Expression; key: Expression }
  | { kind: 'call'; name: string; arguments: Expression[] }
  | { kind: 'unary'; operator: '-'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'in'; operator: string; left: Expression; list: Expression[] };

/** An expression with the name of the column it produces. */
export interface Named {
  name: string;
  expression: Expression;
}

export interface Ordering {
  expression: Expression;
  descending: boolean;
  nullsFirst: boolean;
}

/** The tabular operators that the sandbox supports. */
export type Step =
  | { kind: 'where'; condition: Expression }
  | { kind: 'project' | 'extend'; columns: Named[] }
  | { kind: 'project-away' | 'project-keep'; columns: string[] }
  | { kind: 'project-rename'; columns: { name: string; from: string }[] }
  | { kind: 'order'; by: Ordering[] }
  | { kind: 'take'; count: number }
  | { kind: 'top'; count: number; by: Ordering[] }
  | { kind: 'distinct'; columns: Named[] }
  | { kind: 'summarize'; aggregates: Named[]; by: Named[] }
  | { kind: 'count' };

export interface Query {
  table: string;
  steps: Step[];
}

/**
 * The column name that an expression gets if the query doesn't specify one: `properties.state` becomes
 * `properties_state`.
 */
export function nameOf(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'column':
      return expression.name;
    case 'member': {
      const base = nameOf(expression.of);
      if (base === undefined || expression.key.kind !== 'literal') return undefined;
      return `${base}_${String(expression.key.value)}`;
    }
    case 'call': {
      const [argument] = expression.arguments;
      const inner = argument === undefined ? undefined : nameOf(argument);
      if (aggregates.has(expression.name))
        return `${aggregateColumns[expression.name] ?? expression.name}_${inner ?? ''}`;
      return inner;
    }
    default:
      return undefined;
  }
}

export const aggregates = new Set([
  'count',
  'countif',
  'dcount',
  'sum',
  'min',
  'max',
  'avg',
  'any',
  'take_any',
  'make_list',
  'make_set',
]);

/** Aggregates whose column isn't named after the function: `make_set(x)` becomes `set_x`. */
const aggregateColumns: Partial<Record<string, string>> = {
  make_set: 'set',
  make_list: 'list',
  take_any: 'any',
};
