import { markdownTable } from 'markdown-table';
import type { CompletionFigures } from './completion-table';
import type { LossMeasurement } from './loss-measurement';

/** What was measured of one way of keeping one model's weights. */
export interface VariantFigures {
  readonly name: string;
  /** Bytes of the file that is mapped. */
  readonly fileBytes: number;
  /** How long making that file took; nothing is made for fp32. */
  readonly importMs: number | undefined;
  readonly completion: CompletionFigures;
  readonly loss: LossMeasurement | undefined;
}

const HEADER = [
  'weights',
  'nats/token',
  'loss',
  'prefill',
  'decode',
  'decode, × fp32',
  'file',
  'resident',
  'load',
  'import, once',
];

/** A Markdown table of one model; the first variant is what the others are compared with. */
export function quantisationTable(variants: readonly VariantFigures[]): string {
  const [reference] = variants;
  const rows = variants.map(({ name, fileBytes, importMs, completion, loss }) => [
    name,
    loss === undefined ? '–' : perToken(loss).toFixed(4),
    loss === undefined || reference?.loss === undefined
      ? '–'
      : `${(100 * (perToken(loss) / perToken(reference.loss) - 1)).toFixed(2)} %`,
    `${rounded(completion.prefillTokensPerSecond)} tok/s`,
    `${rounded(completion.decodeTokensPerSecond)} tok/s`,
    (completion.decodeTokensPerSecond / (reference?.completion.decodeTokensPerSecond ?? Number.NaN)).toFixed(2),
    mebibytes(fileBytes),
    mebibytes(completion.residentBytes),
    `${rounded(completion.loadMs / 1000)} s`,
    importMs === undefined ? '–' : `${rounded(importMs / 1000)} s`,
  ]);
  return markdownTable([HEADER, ...rows], { align: ['l', ...HEADER.slice(1).map(() => 'r')] });
}

function perToken({ nats, predicted }: LossMeasurement): number {
  return nats / predicted;
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function mebibytes(bytes: number): string {
  return `${rounded(bytes / 2 ** 20)} MiB`;
}
