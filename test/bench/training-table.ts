import { markdownTable } from 'markdown-table';
import { median } from './repetitions';
import { OURS, PEERS, type TrainerName, type TrainingMeasurement } from './training-measurement';

export interface MeasuredCase {
  readonly name: string;
  /** Tokens of a step. */
  readonly tokens: number;
  /** A peer that was not run is missing. */
  readonly measurements: ReadonlyMap<TrainerName, TrainingMeasurement>;
}

interface Row {
  readonly name: string;
  readonly better: 'less' | 'more';
  /** `undefined`: the machine does not tell. */
  readonly figure: (measurement: TrainingMeasurement, tokens: number) => number | undefined;
  readonly digits: { readonly maximumSignificantDigits: number } | { readonly minimumFractionDigits: number };
  /** A ratio of it means something. */
  readonly compared: boolean;
}

const ROWS: readonly Row[] = [
  {
    name: 'tokens per second',
    better: 'more',
    figure: ({ steps }, tokens) => (1000 * tokens) / median(steps.map(({ ms }) => ms)),
    digits: { maximumSignificantDigits: 3 },
    compared: true,
  },
  {
    name: '… of processor time',
    better: 'more',
    figure: ({ steps }, tokens) => (1000 * tokens) / median(steps.map(({ processorMs }) => processorMs)),
    digits: { maximumSignificantDigits: 3 },
    compared: true,
  },
  {
    name: 'resident memory, peak, MiB',
    better: 'less',
    figure: ({ peakBytes }) => peakBytes / 2 ** 20,
    digits: { maximumSignificantDigits: 3 },
    compared: true,
  },
  {
    name: 'joules per 1000 tokens',
    better: 'less',
    figure: ({ steps }, tokens) => {
      const joules = steps.flatMap((step) => step.joules ?? []);
      return joules.length === 0 ? undefined : (1000 * median(joules)) / tokens;
    },
    digits: { maximumSignificantDigits: 3 },
    compared: true,
  },
  {
    name: 'loss before the first step',
    better: 'less',
    figure: ({ loss }) => loss,
    digits: { minimumFractionDigits: 5 },
    compared: false,
  },
];

/** A Markdown table of all cases; a ratio is above 1 where Tsuzuki is better: faster, smaller. */
export function trainingTable(cases: readonly MeasuredCase[]): string {
  const rows = cases.flatMap(({ name, tokens, measurements }) =>
    OURS.filter((ours) => measurements.has(ours)).flatMap((ours) =>
      ROWS.map((row, i) => {
        const title = ours === 'Tsuzuki' ? name : `${name}, base in 8 bits`;
        return [i === 0 ? title : '', row.name, ...cells(row, tokens, measurements, ours)];
      }),
    ),
  );
  const header = ['shape, method, batch', '', 'Tsuzuki', ...PEERS, ...PEERS.map((peer) => `ratio to ${peer}`)];
  return markdownTable([header, ...rows], { align: ['l', 'l', ...header.slice(2).map(() => 'r')] });
}

function cells(
  row: Row,
  tokens: number,
  measurements: MeasuredCase['measurements'],
  by: (typeof OURS)[number],
): string[] {
  const figure = (name: TrainerName) => {
    const measurement = measurements.get(name);
    return measurement && row.figure(measurement, tokens);
  };
  const shown = (name: TrainerName) => {
    if (!measurements.has(name)) return 'not run';
    return figure(name)?.toLocaleString('en', row.digits) ?? 'not readable';
  };
  const ours = figure(by);
  const ratios = PEERS.map((peer) => {
    const theirs = figure(peer);
    if (!row.compared || ours === undefined || theirs === undefined) return '–';
    return (row.better === 'less' ? theirs / ours : ours / theirs).toFixed(2);
  });
  return [shown(by), ...PEERS.map(shown), ...ratios];
}
