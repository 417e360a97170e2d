import { expect, test } from 'vitest';

/** The document up to the cursor ║, what the model wrote, what it becomes. */
export type Golden = readonly [marked: string, written: string, restored: string];

/** One test for each example. */
export function golden(restore: (continuation: string, before: string) => string, examples: readonly Golden[]): void {
  test.each(examples)('%j + %j → %j', (marked, written, restored) =>
    expect(restore(written, marked.replace('║', ''))).toBe(restored),
  );
}
