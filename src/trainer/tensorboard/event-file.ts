import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { EventSchema } from './event_pb';
import { tfRecord } from './tfrecord';

/** TensorBoard reads files whose first event says this. */
const FILE_VERSION = 'brain.Event:2';

/**
 * An event file that TensorBoard opens, also while it is still being written. Each event goes out whole in one write:
 * a process that dies leaves at most one torn record at the end, at which TensorBoard stops reading.
 */
export class EventFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly now: () => number,
  ) {}

  /**
   * Begins `events.out.tfevents.<seconds>.<host>.<pid>` in `folder`, which is made if it is not there. A run that is
   * resumed begins a file of its own: TensorBoard reads all files of a folder as one run.
   *
   * @param now Milliseconds since 1970.
   * @throws the file system's error
   */
  static async open(folder: string, now: () => number = Date.now): Promise<EventFile> {
    await mkdir(folder, { recursive: true });
    const name = `events.out.tfevents.${Math.floor(now() / 1000)}.${hostname()}.${process.pid}`;
    const events = new EventFile(await open(join(folder, name), 'a'), now);
    await events.#append({ what: { case: 'fileVersion', value: FILE_VERSION } });
    return events;
  }

  /**
   * Adds a point to each chart.
   *
   * @param step Optimiser steps done.
   * @param values By tag, such as `train/loss`; kept as 32-bit floats.
   * @throws the file system's error, such as ENOSPC
   */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const value = Object.entries(values).map(([tag, number]) => ({
      tag,
      value: { case: 'simpleValue' as const, value: number },
    }));
    await this.#append({ step: BigInt(step), what: { case: 'summary', value: { value } } });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #append(event: MessageInitShape<typeof EventSchema>): Promise<void> {
    const message = create(EventSchema, { wallTime: this.now() / 1000, ...event });
    await this.file.appendFile(tfRecord(toBinary(EventSchema, message)));
  }
}
