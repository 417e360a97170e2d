import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { DownloadProgress } from '../protocol/download';

/** Elsewhere than on a terminal, a line each time that so much more is here. */
const STEP = 0.1;

/** Shows a person how far a download is: on a terminal one line that is written anew, elsewhere a line now and then. */
export class DownloadLine {
  #next = 0;
  #open = false;

  constructor(private readonly stream: WriteStream) {}

  show(progress: DownloadProgress): void {
    const text = describeProgress(progress);
    if (this.stream.isTTY === true) {
      cursorTo(this.stream, 0);
      clearLine(this.stream, 0);
      this.stream.write(text);
      this.#open = true;
      return;
    }
    const share = progress.receivedBytes / Math.max(1, progress.totalBytes);
    if (share < this.#next) return;
    this.#next = share < 1 ? (Math.floor(share / STEP) + 1) * STEP : Number.POSITIVE_INFINITY;
    this.stream.write(`${text}\n`);
  }

  /** What is written next stands on a line of its own. */
  end(): void {
    if (this.#open) this.stream.write('\n');
    this.#open = false;
  }
}

/** `120.5 of 1370.1 MB, 10.2 MB/s, 2:03 left`, in millions of bytes as the hub counts. */
export function describeProgress({ receivedBytes, totalBytes, bytesPerSecond, elsewhere }: DownloadProgress): string {
  const parts = [`${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`];
  const left = totalBytes - receivedBytes;
  if (bytesPerSecond !== undefined && bytesPerSecond > 0 && left > 0) {
    parts.push(`${megabytes(bytesPerSecond)} MB/s`, `${clock(left / bytesPerSecond)} left`);
  }
  if (elsewhere) parts.push('fetched by another process');
  return parts.join(', ');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** 75 s → `1:15` */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
