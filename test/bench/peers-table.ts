import { markdownTable } from 'markdown-table';
import type { CompletionMeasurement, Engine } from './completion-measurement';
import { median } from './repetitions';

/** One engine with weights of one kind. */
export interface Peer {
  readonly name: string;
  readonly engine: Engine;
  /** Those that are compared with each other. */
  readonly bits: 4 | 8;
  /** Bytes of weights that a decoding step reads, about. */
  readonly weightBytes: number;
  readonly measurements: readonly CompletionMeasurement[];
}

export interface PeersTableOptions {
  /** Lengths of the last prompts; those before them only warm up. */
  readonly contexts: readonly number[];
  /** Continuations side by side, each so many steps long. */
  readonly sideBySide: { readonly ways: number; readonly context: number; readonly steps: number };
  /** Bytes a second. */
  readonly bandwidth: number;
}

interface Figures {
  /** Tokens a second, for each context. */
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
  /** Tokens a second of all continuations side by side together. */
  readonly sideBySide: number;
}

/** A Markdown table; a ratio is the speed of Tsuzuki with as many bits ÷ the row's, above 1 where Tsuzuki is faster. */
export function peersTable(peers: readonly Peer[], { contexts, bandwidth, sideBySide }: PeersTableOptions): string {
  const figures = new Map(peers.map((peer) => [peer, figuresOf(peer, contexts, sideBySide)]));
  const header = [
    'engine, weights',
    'load',
    '… to first token',
    'first long prompt',
    ...contexts.flatMap((context) => [`prefill ${context}`, 'ratio', `decode at ${context}`, 'ratio']),
    `${sideBySide.ways} side by side at ${sideBySide.context}`,
    'ratio',
    'share of the limit',
    'resident, loaded',
    'at the end',
    'peak',
  ];
  const rows = peers.map((peer) => {
    const { prefill = [], decode = [], sideBySide: together = Number.NaN } = figures.get(peer) ?? {};
    const oursPeer = peers.find(({ engine, bits }) => engine === 'tsuzuki' && bits === peer.bits);
    const ours = oursPeer && figures.get(oursPeer);
    const middle = (figure: (one: CompletionMeasurement) => number) => median(peer.measurements.map(figure));
    const firstLong = ({ continuations }: CompletionMeasurement) =>
      continuations.at(-1 - contexts.length)?.firstTokenMs ?? Number.NaN;
    const [decodeFirst = Number.NaN] = decode;
    return [
      peer.name,
      `${rounded(middle(({ loadMs }) => loadMs) / 1000)} s`,
      `${rounded(middle(({ loadMs, continuations: [first] }) => loadMs + (first?.firstTokenMs ?? Number.NaN)) / 1000)} s`,
      `${rounded(middle(firstLong) / 1000)} s`,
      ...contexts.flatMap((_, i) => [
        `${rounded(prefill[i] ?? Number.NaN)} tok/s`,
        ratio(peer, ours?.prefill[i], prefill[i]),
        `${rounded(decode[i] ?? Number.NaN)} tok/s`,
        ratio(peer, ours?.decode[i], decode[i]),
      ]),
      `${rounded(together)} tok/s`,
      ratio(peer, ours?.sideBySide, together),
      `${rounded((100 * peer.weightBytes * decodeFirst) / bandwidth)} %`,
      mebibytes(middle(({ loadedMemory }) => loadedMemory.resident)),
      mebibytes(middle(({ memory }) => memory.resident)),
      mebibytes(middle(({ memory }) => memory.peak)),
    ];
  });
  return markdownTable([header, ...rows], { align: ['l', ...header.slice(1).map(() => 'r')] });
}

function figuresOf(
  { measurements }: Peer,
  contexts: readonly number[],
  { ways, steps }: PeersTableOptions['sideBySide'],
): Figures {
  const of = (figure: (one: CompletionMeasurement['continuations'][number], context: number) => number) =>
    contexts.map((context, i) =>
      median(
        measurements.flatMap(({ continuations }) =>
          continuations
            .slice(i - contexts.length)
            .slice(0, 1)
            .map((one) => figure(one, context)),
        ),
      ),
    );
  return {
    prefill: of(({ firstTokenMs }, context) => (1000 * context) / firstTokenMs),
    decode: of(({ ids, decodeMs }) => (1000 * (ids.length - 1)) / decodeMs),
    sideBySide: median(
      measurements.flatMap(({ sideBySideMs }) => (1000 * ways * steps) / (sideBySideMs ?? Number.NaN)),
    ),
  };
}

function ratio({ engine }: Peer, ours: number | undefined, theirs: number | undefined): string {
  if (engine === 'tsuzuki' || ours === undefined || theirs === undefined) return '–';
  return (ours / theirs).toFixed(2);
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function mebibytes(bytes: number): string {
  return `${rounded(bytes / 2 ** 20)} MiB`;
}
