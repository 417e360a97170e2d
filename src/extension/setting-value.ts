/**
 * A list as a setting has it. VS Code marks a value of another type, and hands it on all the same: it counts as not
 * given, as it does for the sidecar.
 */
export function listIn(value: unknown, otherwise: readonly string[]): readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : otherwise;
}

/** A text as a setting has it, without white space around it; empty for a value of another type. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
