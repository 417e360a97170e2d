import { markdownTable } from 'markdown-table';
import type { CompletionMeasurement, Engine } from './completion-measurement';
import { median } from './repetitions';

/** The figures of one engine on one model: medians over all repetitions. */
export interface CompletionFigures {
  readonly loadMs: number;
  /** Of the first request after loading, when every weight is touched for the first time. */
  readonly firstTokenMs: number;
  /** Of the requests after it. */
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly residentBytes: number;
  readonly peakResidentBytes: number;
  readonly anonymousBytes: number | undefined;
}

export function completionFigures(
  measurements: readonly CompletionMeasurement[],
  promptLength: number,
): CompletionFigures {
  const middle = (figure: (one: CompletionMeasurement) => number) => median(measurements.map(figure));
  const warm = measurements.flatMap(({ continuations }) => continuations.slice(1));
  const anonymous = measurements.flatMap(({ memory }) => memory.anonymous ?? []);
  return {
    loadMs: middle(({ loadMs }) => loadMs),
    firstTokenMs: middle(({ continuations: [first] }) => first?.firstTokenMs ?? Number.NaN),
    prefillTokensPerSecond: median(warm.map(({ firstTokenMs }) => (1000 * promptLength) / firstTokenMs)),
    decodeTokensPerSecond: median(warm.map(({ ids, decodeMs }) => (1000 * (ids.length - 1)) / decodeMs)),
    residentBytes: middle(({ memory }) => memory.resident),
    peakResidentBytes: middle(({ memory }) => memory.peak),
    anonymousBytes: anonymous.length === 0 ? undefined : median(anonymous),
  };
}

interface Row {
  readonly name: string;
  readonly better: 'less' | 'more';
  readonly figure: (figures: CompletionFigures) => number | undefined;
  readonly unit: 's' | 'tok/s' | 'MiB';
}

const ROWS: readonly Row[] = [
  { name: 'load', better: 'less', unit: 's', figure: ({ loadMs }) => loadMs / 1000 },
  { name: 'first token, first request', better: 'less', unit: 's', figure: ({ firstTokenMs }) => firstTokenMs / 1000 },
  { name: 'prefill', better: 'more', unit: 'tok/s', figure: ({ prefillTokensPerSecond }) => prefillTokensPerSecond },
  { name: 'decode', better: 'more', unit: 'tok/s', figure: ({ decodeTokensPerSecond }) => decodeTokensPerSecond },
  { name: 'resident memory', better: 'less', unit: 'MiB', figure: ({ residentBytes }) => residentBytes / 2 ** 20 },
  {
    name: 'resident memory, peak',
    better: 'less',
    unit: 'MiB',
    figure: ({ peakResidentBytes }) => peakResidentBytes / 2 ** 20,
  },
  {
    name: 'of it not a mapped file',
    better: 'less',
    unit: 'MiB',
    figure: ({ anonymousBytes }) => anonymousBytes && anonymousBytes / 2 ** 20,
  },
];

export interface ComparedModel {
  readonly name: string;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly figures: Readonly<Record<Engine, CompletionFigures>>;
}

/** A Markdown table of all models; the last column says how many times better Tsuzuki is: below 1 it is worse. */
export function completionTable(models: readonly ComparedModel[]): string {
  const rows = models.flatMap(({ name, promptTokens, newTokens, figures }) =>
    ROWS.map((row, i) => {
      const ours = row.figure(figures.tsuzuki);
      const theirs = row.figure(figures['transformers.js']);
      const model = i === 0 ? `${name} (${promptTokens} + ${newTokens} tokens)` : '';
      return [model, row.name, shown(ours, row.unit), shown(theirs, row.unit), times(row, ours, theirs)];
    }),
  );
  const header = ['model (prompt + new)', '', 'Tsuzuki', 'transformers.js', 'Tsuzuki is better by'];
  return markdownTable([header, ...rows], { align: ['l', 'l', 'r', 'r', 'r'] });
}

function shown(value: number | undefined, unit: Row['unit']): string {
  if (value === undefined) return '–';
  return `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
}

function times({ better }: Row, ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined) return '–';
  return `× ${(better === 'less' ? theirs / ours : ours / theirs).toFixed(2)}`;
}
