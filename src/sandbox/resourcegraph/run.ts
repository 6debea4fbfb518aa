import { checkExpression, evaluate, QuerySemanticError, type Row } from './evaluate';
import type { Expression, Named, Ordering, Query, Step } from './syntax';
import { compareValues, textOf, truthOf } from './values';

/** Rows and their columns, in order. */
export interface Table {
  columns: string[];
  rows: Row[];
}

/** Runs the steps of a query. @throws QuerySemanticError */
export function runQuery(query: Query, table: Table): Table {
  return query.steps.reduce((current, step) => runStep(step, current), table);
}

function runStep(step: Step, table: Table): Table {
  const known = new Set(table.columns);
  const check = (expression: Expression) => {
    checkExpression(step.kind, expression, known);
  };
  switch (step.kind) {
    case 'where':
      check(step.condition);
      return { ...table, rows: table.rows.filter((row) => truthOf(evaluate(step.condition, row))) };
    case 'take':
      return { ...table, rows: table.rows.slice(0, step.count) };
    case 'count':
      return { columns: ['Count'], rows: [{ Count: table.rows.length }] };
    case 'project':
    case 'distinct': {
      for (const { expression } of step.columns) check(expression);
      const projected = step.columns.length === 0 ? table : project(step.columns, table);
      return step.kind === 'project' ? projected : { ...projected, rows: distinct(projected.rows) };
    }
    case 'extend': {
      for (const { expression } of step.columns) check(expression);
      const columns = [...new Set([...table.columns, ...step.columns.map((column) => column.name)])];
      return { columns, rows: table.rows.map((row) => ({ ...row, ...valuesOf(step.columns, row) })) };
    }
    case 'project-away':
      return keep(table, (column) => !step.columns.some((pattern) => fits(pattern, column)));
    case 'project-keep':
      return keep(table, (column) => step.columns.some((pattern) => fits(pattern, column)));
    case 'project-rename': {
      for (const { from } of step.columns) check({ kind: 'column', name: from });
      const renamed = new Map(step.columns.map(({ from, name }) => [from, name]));
      const columns = table.columns.map((column) => renamed.get(column) ?? column);
      return {
        columns,
        rows: table.rows.map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([column, value]) => [renamed.get(column) ?? column, value]),
          ),
        ),
      };
    }
    case 'order':
    case 'top': {
      for (const { expression } of step.by) check(expression);
      const rows = sorted(table.rows, step.by);
      return { ...table, rows: step.kind === 'top' ? rows.slice(0, step.count) : rows };
    }
    case 'summarize':
      for (const { expression } of [...step.aggregates, ...step.by]) check(expression);
      return summarize(step.aggregates, step.by, table.rows);
  }
}

function project(columns: Named[], table: Table): Table {
  return {
    columns: columns.map((column) => column.name),
    rows: table.rows.map((row) => valuesOf(columns, row)),
  };
}

function valuesOf(columns: Named[], row: Row): Row {
  return Object.fromEntries(columns.map(({ name, expression }) => [name, evaluate(expression, row)]));
}

function keep(table: Table, wanted: (column: string) => boolean): Table {
  const columns = table.columns.filter(wanted);
  return {
    columns,
    rows: table.rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
  };
}

function fits(pattern: string, column: string): boolean {
  return pattern.endsWith('*') ? column.startsWith(pattern.slice(0, -1)) : column === pattern;
}

function distinct(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function sorted(rows: Row[], by: Ordering[]): Row[] {
  const keyed = rows.map((row) => ({ row, keys: by.map(({ expression }) => evaluate(expression, row)) }));
  keyed.sort((left, right) => {
    for (const [index, ordering] of by.entries()) {
      const order = compareKeys(left.keys[index], right.keys[index], ordering);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function compareKeys(left: unknown, right: unknown, { descending, nullsFirst }: Ordering): number {
  const isNull = (value: unknown) => value === null || value === undefined;
  if (isNull(left) || isNull(right)) {
    if (isNull(left) && isNull(right)) return 0;
    return isNull(left) === nullsFirst ? -1 : 1;
  }
  return compareValues(left, right) * (descending ? -1 : 1);
}

function summarize(aggregates: Named[], by: Named[], rows: Row[]): Table {
  const groups = new Map<string, { keys: Row; rows: Row[] }>();
  for (const row of rows) {
    const keys = valuesOf(by, row);
    const id = JSON.stringify(keys);
    const group = groups.get(id) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  if (by.length === 0 && groups.size === 0) groups.set('', { keys: {}, rows: [] });
  return {
    columns: [...by, ...aggregates].map((column) => column.name),
    rows: [...groups.values()].map((group) => ({
      ...group.keys,
      ...Object.fromEntries(
        aggregates.map(({ name, expression }) => [name, aggregate(expression, group.rows)]),
      ),
    })),
  };
}

function aggregate(expression: Expression, rows: Row[]): unknown {
  if (expression.kind !== 'call')
    throw new QuerySemanticError("'summarize' operator: an aggregate function is expected");
  const [argument] = expression.arguments;
  const values = argument === undefined ? [] : rows.map((row) => evaluate(argument, row));
  const present = values.filter((value) => value !== null && value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number');
  switch (expression.name) {
    case 'count':
      return rows.length;
    case 'countif':
      return values.filter(truthOf).length;
    case 'dcount':
      return new Set(present.map(textOf)).size;
    case 'sum':
      return numbers.reduce((total, value) => total + value, 0);
    case 'avg':
      return numbers.length === 0
        ? null
        : numbers.reduce((total, value) => total + value, 0) / numbers.length;
    case 'min':
      return present.toSorted(compareValues)[0] ?? null;
    case 'max':
      return present.toSorted(compareValues).at(-1) ?? null;
    case 'make_list':
      return present;
    case 'make_set':
      return [...new Map(present.map((value) => [textOf(value), value])).values()];
    case 'any':
    case 'take_any':
      return values[0] ?? null;
    default:
      throw new QuerySemanticError(`'summarize' operator: '${expression.name}' is not an aggregate function`);
  }
}
