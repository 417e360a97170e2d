import type { DownloadProgress } from '../../protocol/download';
import type { HubFile } from './needed-files';
import { TransferRate } from './transfer-rate';

/** Often enough for the eye. */
const INTERVAL_MS = 100;

/** How much of a download's files is here; tells of it, not too often. */
export class Reception {
  /** By name: a plan that is read again has other objects for the same files. */
  readonly #received = new Map<string, number>();
  readonly #rate = new TransferRate();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly files: readonly HubFile[],
    private readonly onProgress: (progress: DownloadProgress) => void,
    private readonly elsewhere: boolean,
  ) {}

  of(file: HubFile): number {
    return this.#received.get(file.name) ?? 0;
  }

  set(file: HubFile, bytes: number): void {
    this.#received.set(file.name, bytes);
  }

  /** @param at Now, in milliseconds. Nothing is told soon after the last time, unless it must be. */
  tell(at: number, must = false): void {
    if (!must && at < this.#toldAt + INTERVAL_MS) return;
    this.#toldAt = at;
    const receivedBytes = this.files.reduce((sum, file) => sum + this.of(file), 0);
    const totalBytes = this.files.reduce((sum, { size }) => sum + size, 0);
    this.#rate.add(at, receivedBytes);
    const { bytesPerSecond } = this.#rate;
    this.onProgress({
      receivedBytes,
      totalBytes,
      ...(bytesPerSecond !== undefined && { bytesPerSecond }),
      elsewhere: this.elsewhere,
    });
  }
}
