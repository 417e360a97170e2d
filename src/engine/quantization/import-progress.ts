import type { Checkpoint } from '../checkpoint/checkpoint';
import type { TensorLocation } from '../checkpoint/safetensors';
import { isConv1d, type QuantizedLayout } from './quantized-layout';

/**
 * What an import does, one after the other: it hashes the checkpoint, quantises it, and has the runtime arrange the
 * weights for decoding and, where they are others, for prefill.
 */
export type ImportPart = 'hashing' | 'quantising' | 'arranging' | 'arranging-prefill';

/** How long each part takes, in any unit. */
export type ImportWork = Readonly<Record<ImportPart, number>>;

/** How long a byte takes next to a byte of an embedding that is quantised, measured on a model of medium's shape. */
const COST = {
  hashing: 0.24,
  /** A linear module has to be turned round. */
  turned: 1.4,
  /** A byte of quantised weights, with what the disk takes to have them. */
  arranging: 2.1,
} as const;

/** The work that importing a checkpoint is, if nothing of it has been done before. */
export function importWork({ tensors }: Checkpoint, layout: QuantizedLayout): ImportWork {
  const bytes = [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const columns = [...layout.columns.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  return {
    hashing: COST.hashing * bytes,
    quantising: [...tensors].reduce((sum, [name, source]) => sum + quantisingWork(name, source), 0),
    arranging: COST.arranging * (layout.size - columns),
    'arranging-prefill': COST.arranging * columns,
  };
}

/** The work that quantising a tensor is: of two tensors of as many bytes, one may take longer. */
export function quantisingWork(name: string, { byteLength }: TensorLocation): number {
  return isConv1d(name) ? COST.turned * byteLength : byteLength;
}

/** Smaller steps nobody would see. */
const STEP = 0.002;

/** Adds up how far an import is, over all its parts. */
export class ImportProgress {
  readonly #parts: Map<ImportPart, { readonly work: number; share: number }>;
  #told: number | undefined;

  /** @param tell The share of the work that has been done, from 0 to 1; not called where there is nothing to do. */
  constructor(
    work: ImportWork,
    private readonly tell: (share: number) => void,
  ) {
    const part = (name: ImportPart) => [name, { work: work[name], share: 0 }] as const;
    this.#parts = new Map([part('hashing'), part('quantising'), part('arranging'), part('arranging-prefill')]);
  }

  /** A part that nothing more is done of: all has been before, or this import has no such part. */
  leaveOut(name: ImportPart): void {
    if (this.#parts.get(name)?.share === 0) this.#parts.delete(name);
  }

  /** So much of a part has been done, from 0 to 1. */
  advance(name: ImportPart, share: number): void {
    const advanced = this.#parts.get(name);
    if (advanced === undefined) return;
    advanced.share = share;
    let done = 0;
    let all = 0;
    for (const part of this.#parts.values()) {
      done += part.work * part.share;
      all += part.work;
    }
    // The end is told once everything has one.
    const now = Math.min(done / all, 1 - STEP);
    if (this.#told === undefined || now >= this.#told + STEP) this.#tell(now);
  }

  /** All has been done that was to be. */
  end(): void {
    if (this.#told !== undefined && this.#told < 1) this.#tell(1);
  }

  #tell(share: number): void {
    this.#told = share;
    this.tell(share);
  }
}
