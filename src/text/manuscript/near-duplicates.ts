import type { LeftOut, Manuscript, Prose } from './manuscript';
import { sampledShingles } from './shingles';

// Measured on works of 青空文庫, as the share of the smaller text's shingles that the larger one has: different works, and
// parts of one work, have up to 0.14 in common; a work in old and in new orthography 0.63, a draft in which every tenth
// character was changed 0.61.
const MINIMUM_SHARE = 0.5;

/** From this part of the longest version's length a newer one counts as the same work rather than as a part of it. */
const SAME_LENGTH = 0.8;

/** A text that is a work, or that is in one for the most part. */
interface Version {
  readonly prose: Prose;
  /** The share of its shingles that the longest version has. */
  readonly share: number;
}

/** A work in all its versions and parts, the longest first. */
type Work = Version[];

/**
 * Leaves out texts that are in another one for the most part: older drafts, copies, and chapters that also stand in a
 * file of the whole. The longest is kept, or the newest among those about as long.
 *
 * Each text is compared with the works found so far only, which are different from one another, through an index of
 * their shingles: the time taken grows with the length of all texts.
 *
 * @returns The manuscripts in the order they came in, near-duplicates as left out.
 */
export function withoutNearDuplicates(manuscripts: readonly Manuscript[]): Manuscript[] {
  const works = worksAmong(manuscripts.filter((manuscript) => manuscript.kind === 'prose'));
  const duplicates = new Map<Manuscript, LeftOut>(works.flatMap(duplicatesIn));
  return manuscripts.map((manuscript) => duplicates.get(manuscript) ?? manuscript);
}

function worksAmong(texts: readonly Prose[]): Work[] {
  const works: Work[] = [];
  const worksWith = new Map<number, Work[]>();
  for (const prose of texts.toSorted((a, b) => b.characters - a.characters)) {
    const shingles = sampledShingles(prose.text);
    const { work, common } = nearestWork(shingles, worksWith);
    const share = common / shingles.size;
    if (work !== undefined && share >= MINIMUM_SHARE) {
      work.push({ prose, share });
      continue;
    }
    const newWork = [{ prose, share: 1 }];
    works.push(newWork);
    for (const shingle of shingles) {
      const others = worksWith.get(shingle);
      if (others === undefined) worksWith.set(shingle, [newWork]);
      else others.push(newWork);
    }
  }
  return works;
}

/** The work that has most of some shingles, and how many. */
function nearestWork(
  shingles: ReadonlySet<number>,
  worksWith: ReadonlyMap<number, readonly Work[]>,
): { work: Work | undefined; common: number } {
  const counts = new Map<Work, number>();
  for (const shingle of shingles) {
    for (const work of worksWith.get(shingle) ?? []) counts.set(work, (counts.get(work) ?? 0) + 1);
  }
  let nearest: { work: Work | undefined; common: number } = { work: undefined, common: 0 };
  for (const [work, common] of counts) if (common > nearest.common) nearest = { work, common };
  return nearest;
}

/** All of a work's versions but the one that is kept. */
function duplicatesIn(work: Work): [Prose, LeftOut][] {
  const longest = work[0]?.prose.characters ?? 0;
  const changed = ({ prose }: Version) => prose.modified ?? Number.NEGATIVE_INFINITY;
  const kept = work
    .filter(({ prose }) => prose.characters >= longest * SAME_LENGTH)
    .reduce((newest, version) => (changed(version) > changed(newest) ? version : newest));
  return work
    .filter((version) => version !== kept)
    .map(({ prose, share }) => {
      // The longest, left out for a newer one, has in common with that what that has with it.
      const common = prose === work[0]?.prose ? kept.share : share;
      return [prose, leftOutFor(prose, kept.prose, common)];
    });
}

function leftOutFor({ path }: Prose, kept: Prose, share: number): LeftOut {
  return { kind: 'left-out', path, reason: { kind: 'near-duplicate', of: kept.path, share } };
}
