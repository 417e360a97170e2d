/** A text with a / at each boundary. */
export function split(text: string, boundariesOf: (text: string) => number[]): string {
  const boundaries = boundariesOf(text);
  return [0, ...boundaries].map((start, i) => text.slice(start, boundaries[i])).join('/');
}
