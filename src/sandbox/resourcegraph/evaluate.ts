import { isRecord } from '../arm/json';
import { compareValues, equalValues, textComparisons, textOf, truthOf } from './values';
import { aggregates, type Expression } from './syntax';

export type Row = Record<string, unknown>;

/** A query that parses but uses an unknown column or function. */
export class QuerySemanticError extends Error {}

/**
 * Checks the columns and functions of an expression before any row is evaluated, so that an invalid query
 * also fails on an empty table.
 * @throws QuerySemanticError
 */
export function checkExpression(operator: string, expression: Expression, columns: Set<string>): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'column':
      if (columns.has(expression.name)) return;
      throw new QuerySemanticError(
        `'${operator}' operator: Failed to resolve column or scalar expression named '${expression.name}'`,
      );
    case 'member':
      checkExpression(operator, expression.of, columns);
      checkExpression(operator, expression.key, columns);
      return;
    case 'unary':
      checkExpression(operator, expression.of, columns);
      return;
    case 'binary':
      checkExpression(operator, expression.left, columns);
      checkExpression(operator, expression.right, columns);
      return;
    case 'in':
      for (const part of [expression.left, ...expression.list]) checkExpression(operator, part, columns);
      return;
    case 'call': {
      const isAggregate = operator === 'summarize' && aggregates.has(expression.name);
      if (!isAggregate && !(expression.name in functions)) {
        throw new QuerySemanticError(`Unknown function: '${expression.name}'.`);
      }
      for (const argument of expression.arguments) checkExpression(operator, argument, columns);
    }
  }
}

/** Evaluates an expression for one row. */
export function evaluate(expression: Expression, row: Row): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'column':
      return row[expression.name] ?? null;
    case 'member':
      return memberOf(evaluate(expression.of, row), evaluate(expression.key, row));
    case 'unary':
      return -Number(evaluate(expression.of, row));
    case 'in':
      return membership(expression, row);
    case 'binary':
      return binary(expression, row);
    case 'call':
      return (
        functions[expression.name]?.(expression.arguments.map((argument) => () => evaluate(argument, row))) ??
        null
      );
  }
}

function memberOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) && typeof key === 'number')
    return (value as unknown[])[key < 0 ? value.length + key : key] ?? null;
  return isRecord(value) && typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : null;
}

function membership(expression: Extract<Expression, { kind: 'in' }>, row: Row): boolean {
  const left = evaluate(expression.left, row);
  const list = expression.list.flatMap((item) => {
    const value = evaluate(item, row);
    return Array.isArray(value) ? (value as unknown[]) : [value];
  });
  const has = textComparisons['has'];
  switch (expression.operator) {
    case 'in':
      return list.some((item) => equalValues(left, item));
    case '!in':
      return !list.some((item) => equalValues(left, item));
    case 'in~':
      return list.some((item) => equalValues(lowered(left), lowered(item)));
    case '!in~':
      return !list.some((item) => equalValues(lowered(left), lowered(item)));
    case 'has_any':
      return list.some((item) => has?.(textOf(left), textOf(item)) ?? false);
    default:
      return list.every((item) => has?.(textOf(left), textOf(item)) ?? false);
  }
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, row: Row): unknown {
  const left = evaluate(expression.left, row);
  if (expression.operator === 'and') return truthOf(left) && truthOf(evaluate(expression.right, row));
  if (expression.operator === 'or') return truthOf(left) || truthOf(evaluate(expression.right, row));
  const right = evaluate(expression.right, row);
  switch (expression.operator) {
    case '==':
      return equalValues(left, right);
    case '!=':
      return !equalValues(left, right);
    case '=~':
      return equalValues(lowered(left), lowered(right));
    case '!~':
      return !equalValues(lowered(left), lowered(right));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordered(expression.operator, left, right);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(expression.operator, left, right);
  }
  const negated = expression.operator.startsWith('!');
  const compare = textComparisons[negated ? expression.operator.slice(1) : expression.operator];
  return (compare?.(textOf(left), textOf(right)) ?? false) !== negated;
}

function ordered(operator: string, left: unknown, right: unknown): boolean {
  if (left === null || right === null) return false;
  const order = compareValues(left, right);
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

function arithmetic(operator: string, left: unknown, right: unknown): number | null {
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const result =
    { '+': left + right, '-': left - right, '*': left * right, '/': left / right, '%': left % right }[
      operator
    ] ?? Number.NaN;
  return Number.isFinite(result) ? result : null;
}

function lowered(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

type Argument = () => unknown;

/** Scalar functions; arguments are evaluated on demand, for iff and coalesce. */
const functions: Record<string, (list: Argument[]) => unknown> = {
  not: ([value]) => !truthOf(value?.()),
  tostring: ([value]) => textOf(value?.()),
  tolower: ([value]) => textOf(value?.()).toLowerCase(),
  toupper: ([value]) => textOf(value?.()).toUpperCase(),
  toint: ([value]) => wholeNumber(value?.()),
  tolong: ([value]) => wholeNumber(value?.()),
  // ISO 8601 with seven decimals, which sorts as text.
  todatetime: ([value]) => dateTimeOf(value?.()),
  strcmp: ([one, other]) => Math.sign(compareValues(textOf(one?.()), textOf(other?.()))),
  tobool: ([value]) => truthOf(value?.()),
  todynamic: ([value]) => parsedJson(value?.()),
  parse_json: ([value]) => parsedJson(value?.()),
  isempty: ([value]) => textOf(value?.()) === '',
  isnotempty: ([value]) => textOf(value?.()) !== '',
  isnull: ([value]) => (value?.() ?? null) === null,
  isnotnull: ([value]) => (value?.() ?? null) !== null,
  array_length: ([value]) => lengthOf(value?.()),
  strlen: ([value]) => textOf(value?.()).length,
  strcat: (list) => list.map((value) => textOf(value())).join(''),
  split: ([value, separator]) => textOf(value?.()).split(textOf(separator?.())),
  coalesce: (list) => list.map((value) => value()).find((value) => value !== null && value !== '') ?? null,
  iff: ([condition, yes, no]) => (truthOf(condition?.()) ? yes?.() : no?.()),
  iif: ([condition, yes, no]) => (truthOf(condition?.()) ? yes?.() : no?.()),
  bag_keys: ([value]) => keysOf(value?.()),
  dynamic: ([value]) => value?.(),
};

function wholeNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : typeof value === 'number'
        ? value
        : Number.NaN;
  return Number.isFinite(number) ? Math.trunc(number) : null;
}

function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

function dateTimeOf(value: unknown): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/.exec(textOf(value));
  return match ? `${match[1] ?? ''}.${(match[2] ?? '').padEnd(7, '0')}Z` : null;
}

function lengthOf(value: unknown): number | null {
  return Array.isArray(value) ? value.length : null;
}

function keysOf(value: unknown): string[] | null {
  return isRecord(value) ? Object.keys(value) : null;
}
