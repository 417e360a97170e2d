import { markdownTable } from 'markdown-table';
import type { CompletionMeasurement } from './completion-measurement';
import { median } from './repetitions';

export const COMPARED = ['tsuzuki', 'transformers.js'] as const;
export type ComparedEngine = (typeof COMPARED)[number];

/** The figures of one engine on one model: medians over all repetitions. */
export interface CompletionFigures {
  readonly loadMs: number;
  /** Of the first request after loading, when every weight is touched for the first time. */
  readonly firstTokenMs: number;
  /** Of the requests after it. */
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** The longest time in which nothing could have cancelled a request. */
  readonly longestStepMs: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
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
    longestStepMs: middle(({ continuations }) => Math.max(...continuations.map((one) => one.longestStepMs))),
    residentBytes: middle(({ memory }) => memory.resident),
    peakBytes: middle(({ memory }) => memory.peak),
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
  { name: 'longest wait to cancel', better: 'less', unit: 's', figure: ({ longestStepMs }) => longestStepMs / 1000 },
  { name: 'resident memory', better: 'less', unit: 'MiB', figure: ({ residentBytes }) => residentBytes / 2 ** 20 },
  {
    name: '… that is no mapped file',
    better: 'less',
    unit: 'MiB',
    figure: ({ anonymousBytes }) => anonymousBytes && anonymousBytes / 2 ** 20,
  },
  { name: 'resident memory, peak', better: 'less', unit: 'MiB', figure: ({ peakBytes }) => peakBytes / 2 ** 20 },
];

export interface ComparedModel {
  readonly name: string;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly figures: Readonly<Record<ComparedEngine, CompletionFigures>>;
}

/** A Markdown table of all models; the ratio is above 1 where Tsuzuki is better: faster, smaller. */
export function completionTable(models: readonly ComparedModel[]): string {
  const rows = models.flatMap(({ name, promptTokens, newTokens, figures }) =>
    ROWS.map((row, i) => {
      const ours = row.figure(figures.tsuzuki);
      const theirs = row.figure(figures['transformers.js']);
      const model = i === 0 ? `${name} (${promptTokens} + ${newTokens})` : '';
      return [model, row.name, shown(ours, row.unit), shown(theirs, row.unit), ratio(row, ours, theirs)];
    }),
  );
  const header = ['model (prompt + new tokens)', '', 'Tsuzuki', 'transformers.js', 'ratio (> 1: Tsuzuki better)'];
  return markdownTable([header, ...rows], { align: ['l', 'l', 'r', 'r', 'r'] });
}

function shown(value: number | undefined, unit: Row['unit']): string {
  if (value === undefined) return '–';
  return `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
}

function ratio({ better }: Row, ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined) return '–';
  return `${(better === 'less' ? theirs / ours : ours / theirs).toFixed(2)}`;
}
