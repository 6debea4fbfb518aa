/** True, false, or undefined if it depends on something unknown. */
export type Tristate = boolean | undefined;

export function not(one: Tristate): Tristate {
  return one === undefined ? undefined : !one;
}

/** Three-valued AND: false if any operand is false, even if others are unknown. */
export function all(...parts: readonly Tristate[]): Tristate {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** Three-valued OR: true if any operand is true, even if others are unknown. */
export function any(...parts: readonly Tristate[]): Tristate {
  return anyOf(parts);
}

/** {@link any} of a list, which can be longer than a call's arguments. */
export function anyOf(parts: readonly Tristate[]): Tristate {
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}
