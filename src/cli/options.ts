import { InvalidArgumentError } from 'commander';

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
}

/** An argument parser for commander: a number within bounds. */
export function number({ minimum, maximum, integer }: Bounds): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && value >= minimum && value <= maximum && (!integer || Number.isInteger(value));
    if (!fits) {
      throw new InvalidArgumentError(`${integer ? 'An integer' : 'A number'} from ${minimum} to ${maximum} is wanted.`);
    }
    return value;
  };
}
