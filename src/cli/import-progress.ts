import { ImportClock } from '../engine/quantization/import-clock';

/**
 * Shows on a terminal how much of a model has been quantised and how long the rest will take; the line goes when all
 * has. Elsewhere nothing is shown.
 */
export function importProgress(stream: NodeJS.WriteStream): ((share: number) => void) | undefined {
  if (!stream.isTTY) return undefined;
  let clock: ImportClock | undefined;
  return (share) => {
    clock ??= new ImportClock();
    const left = clock.secondsLeft(share);
    stream.cursorTo(0);
    stream.clearLine(0);
    if (share === 1) return;
    const rest = left === undefined ? '' : `, ${left} s left`;
    stream.write(`quantising the model, this once: ${Math.floor(100 * share)} %${rest}`);
  };
}
