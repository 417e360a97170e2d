/** Keeps the first of several alternatives that differ in marks and white space alone, and drops those that are empty. */
export function dropDuplicates(alternatives: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const text of alternatives) {
    const words = text.replace(/[\s\p{P}]/gu, '');
    const key = words === '' ? text : words;
    if (text !== '' && !kept.has(key)) kept.set(key, text);
  }
  return [...kept.values()];
}
