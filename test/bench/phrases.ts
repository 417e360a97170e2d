// How well each candidate finds the 文節 of a hundred sentences marked by hand: npm run bench:phrases -- --help
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { addAgreements, agreement } from './phrases/agreement';
import { CANDIDATES, type Candidate } from './phrases/candidates';
import { type MarkedSentence, markedSentences } from './phrases/marked-sentences';

/** The rules of this repository were written with the first half in view, and never with the second. */
const IN_VIEW = 50;

void new Command('bench:phrases')
  .description('Precision and recall of 文節 boundaries, against test/bench/phrases/bunsetsu.txt')
  .option('--misses', 'print each sentence in which the chosen candidate errs: ✗ too many, · missing')
  .action(main)
  .parseAsync();

function main({ misses }: { readonly misses?: true }): void {
  const sentences = markedSentences();
  console.log(
    markdownTable(
      [
        [
          'candidate',
          'precision',
          'recall',
          'recall, strict',
          'sentences right',
          '… of 50 in view',
          '… of 50 held out',
        ],
        ...CANDIDATES.map((candidate) => row(candidate, sentences)),
      ],
      { align: ['l', 'r', 'r', 'r', 'r', 'r', 'r'] },
    ),
  );
  const chosen = CANDIDATES.at(-1);
  if (misses !== true || chosen === undefined) return;
  for (const sentence of sentences) {
    const { marked, right } = agreement(sentence, chosen.boundaries(sentence.text));
    if (!right) console.log(marked);
  }
}

function row({ name, boundaries }: Candidate, sentences: readonly MarkedSentence[]): string[] {
  const each = sentences.map((sentence) => agreement(sentence, boundaries(sentence.text)));
  const { precision, recall, strictRecall } = addAgreements(each);
  const rights = (some: typeof each) => String(some.filter(({ right }) => right).length);
  const shares = [precision, recall, strictRecall].map((share) => share.toFixed(3));
  return [name, ...shares, rights(each), rights(each.slice(0, IN_VIEW)), rights(each.slice(IN_VIEW))];
}
