import type { Evaluation } from '../../src/cli/evaluation/evaluate-texts';
import { figuresOf } from '../../src/cli/evaluation/figures';
import type { WrittenLine } from '../../src/cli/evaluation/simulated-writer';

/** The lines of all texts, as they were written with the greedy suggestion. */
export function greedyLines({ texts }: Evaluation): readonly WrittenLine[] {
  return texts.flatMap(({ greedy }) => greedy);
}

/** The lines of all texts, as they were written with a look after each character; none where they were not. */
export function everyCharacterLines({ texts }: Evaluation): readonly WrittenLine[] {
  return texts.flatMap(({ everyCharacter }) => everyCharacter ?? []);
}

/** Several evaluations as if all of their texts had been written in one. */
export function together(results: readonly Evaluation[]): Evaluation {
  const texts = results.flatMap((result) => result.texts);
  const suggestions = results.map((result) => figuresOf(greedyLines(result)).suggestions);
  const empty: Record<string, number> = {};
  for (const [cause, times] of results.flatMap((result) => Object.entries(result.empty))) {
    empty[cause] = (empty[cause] ?? 0) + times;
  }
  return {
    texts,
    bits_per_character: weightedMean(
      texts.map(({ bits_per_character }) => bits_per_character),
      texts.map(({ characters }) => characters),
    ),
    ms_per_suggestion: weightedMean(
      results.map(({ ms_per_suggestion }) => ms_per_suggestion),
      suggestions,
    ),
    empty,
  };
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const weight = weights.reduce((sum, one) => sum + one, 0);
  return weight === 0 ? 0 : values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / weight;
}
