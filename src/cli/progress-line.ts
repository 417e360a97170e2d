import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { TrainingEvent } from '../protocol/training';

const BAR_WIDTH = 24;

/** Shows a run of fine-tuning to a person: on a terminal one line that is written anew, elsewhere a line each. */
export class ProgressLine {
  #totalSteps = 0;

  constructor(private readonly stream: WriteStream) {}

  show(event: TrainingEvent): void {
    if (event.type === 'started') this.#totalSteps = event.total_steps;
    const text = describe(event, this.#totalSteps);
    if (this.stream.isTTY !== true) {
      this.stream.write(`${text}\n`);
      return;
    }
    cursorTo(this.stream, 0);
    clearLine(this.stream, 0);
    this.stream.write(event.type === 'step' ? text : `${text}\n`);
  }
}

function describe(event: TrainingEvent, totalSteps: number): string {
  switch (event.type) {
    case 'started': {
      const from = event.resumed_from > 0 ? `, from step ${event.resumed_from}` : '';
      return `${event.tokens} tokens in ${event.blocks} blocks, ${event.total_steps} steps${from}, ${event.trained_parameters} parameters, ${event.micro_batch_size} blocks at once`;
    }
    case 'step': {
      const filled = Math.round((BAR_WIDTH * event.step) / Math.max(1, totalSteps));
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
      const speed = `${event.tokens_per_second.toFixed(0)} tokens/s`;
      return `${bar} ${event.step}/${totalSteps}  loss ${event.loss.toFixed(4)}  ${speed}  ${minutes(event.seconds_left)} left`;
    }
    case 'evaluated':
      return `held-out loss ${event.eval_loss.toFixed(4)} nats/token, ${event.eval_bits_per_character.toFixed(4)} bits/character at step ${event.step}`;
    case 'saved':
      return `saved ${event.folder}`;
    case 'stopped':
      return `stopped at step ${event.step}; go on with --resume`;
    case 'finished': {
      const { eval_loss_before: before, eval_loss_after: after } = event;
      const { eval_bits_per_character_before: bitsBefore, eval_bits_per_character_after: bitsAfter } = event;
      const heldOut = change('; held-out loss', before, after) + change(', bits/character', bitsBefore, bitsAfter);
      return `finished: ${event.folder}${heldOut}`;
    }
  }
}

function change(label: string, before: number | undefined, after: number | undefined): string {
  return before === undefined || after === undefined ? '' : `${label} ${before.toFixed(4)} → ${after.toFixed(4)}`;
}

/** 75 s → `1:15` */
function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
