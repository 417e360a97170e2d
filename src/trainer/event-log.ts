import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingEvent } from '../protocol/training';
import { EventFile } from './tensorboard/event-file';

/** Name of the log in the folder of a run. */
export const LOG_FILE = 'training_log.jsonl';

/** Keeps the events of a run: JSON Lines beside the result and, when wanted, TensorBoard's event files. */
export class EventLog {
  private constructor(
    private readonly lines: FileHandle,
    private readonly tensorBoard: EventFile | undefined,
  ) {}

  static async open(output: string, loggingDir: string | undefined): Promise<EventLog> {
    await mkdir(output, { recursive: true });
    const lines = await open(join(output, LOG_FILE), 'a');
    return new EventLog(lines, loggingDir === undefined ? undefined : await EventFile.open(loggingDir));
  }

  async write(event: TrainingEvent): Promise<void> {
    await this.lines.appendFile(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
    if (this.tensorBoard === undefined) return;
    if (event.type === 'step') {
      const { loss, grad_norm, learning_rate, epoch } = event;
      await this.tensorBoard.scalars(event.step, {
        'train/loss': loss,
        'train/grad_norm': grad_norm,
        'train/learning_rate': learning_rate,
        'train/epoch': epoch,
      });
    } else if (event.type === 'evaluated') {
      await this.tensorBoard.scalars(event.step, {
        'eval/loss': event.eval_loss,
        'eval/bits_per_character': event.eval_bits_per_character,
      });
    }
  }

  async close(): Promise<void> {
    await this.lines.close();
    await this.tensorBoard?.close();
  }
}
