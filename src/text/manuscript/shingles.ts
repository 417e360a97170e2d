/** Characters in a row that make a shingle: about two words. */
const LENGTH = 5;

/** One shingle in so many is kept, chosen by its hash, so that texts keep the same ones of those they share. */
const ONE_IN = 4;

/**
 * Hashes of a sample of a text's shingles, white space apart: the share of them that another text has too estimates how
 * much of the text is in the other.
 *
 * @see Broder, “On the resemblance and containment of documents”, 1997.
 */
export function sampledShingles(text: string): Set<number> {
  const visible = text.replace(/\s/gu, '');
  const shingles = new Set<number>();
  for (let start = 0; start + LENGTH <= visible.length; start++) {
    const hash = hashOf(visible, start);
    if (hash % ONE_IN === 0) shingles.add(hash);
  }
  return shingles;
}

/** FNV-1a over UTF-16 units, mixed as MurmurHash3 ends so that the low bits depend on all of them. */
function hashOf(text: string, start: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + LENGTH; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
