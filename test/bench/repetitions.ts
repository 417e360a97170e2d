/**
 * Measures each contestant `count` times, in turn (A, B, A, B, …): a machine that grows slower or busier meanwhile does
 * so for all of them alike.
 */
export async function interleaved<Name extends string, Measured>(
  contestants: readonly Name[],
  count: number,
  measure: (contestant: Name) => Promise<Measured>,
): Promise<Map<Name, Measured[]>> {
  const measured = new Map<Name, Measured[]>(contestants.map((name) => [name, []]));
  for (let n = 0; n < count; n++) {
    for (const [name, results] of measured) results.push(await measure(name));
  }
  return measured;
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((pair[0] ?? Number.NaN) + (pair[1] ?? Number.NaN)) / 2;
}
