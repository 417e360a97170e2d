/**
 * By how much a quantity that goes up and down has grown in the second half of a run: the middle value of the last
 * quarter less that of the second one. The first quarter is warming up, and single peaks do not count.
 */
export function growth(samples: readonly number[]): number {
  const quarter = (number: number) =>
    samples.slice(Math.floor((number * samples.length) / 4), Math.ceil(((number + 1) * samples.length) / 4));
  return middle(quarter(3)) - middle(quarter(1));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
