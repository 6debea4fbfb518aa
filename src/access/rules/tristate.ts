/** true, false, or undefined: it depends on what is not known. */
export type Tristate = boolean | undefined;

export function not(one: Tristate): Tristate {
  return one === undefined ? undefined : !one;
}

/** false as soon as one is, whatever is not known of the others. */
export function all(...parts: readonly Tristate[]): Tristate {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** true as soon as one is, whatever is not known of the others. */
export function any(...parts: readonly Tristate[]): Tristate {
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}
