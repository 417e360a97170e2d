import { l10n } from 'vscode';
import type { LeftOutReason } from '../../../protocol/manuscripts';
import { number } from '../../figures';
import { ENOUGH_CHARACTERS, type Survey, sufficiencyOf, totalsOf } from '../survey';

/** What a run lacks, and whether it cannot begin for that; undefined when there is enough. */
export interface Lacking {
  readonly text: string;
  readonly blocks: boolean;
}

/** What is chosen, judged: is there anything to learn from, and is it enough? */
export function whatIsLacking(survey: Survey): Lacking | undefined {
  const totals = totalsOf(survey);
  const characters = number(totals.training.characters + totals.heldOut.characters);
  const enough = number(ENOUGH_CHARACTERS);
  switch (sufficiencyOf(totals)) {
    case 'nothing':
      return { text: nothing(survey), blocks: true };
    case 'too-little':
      return {
        text: l10n.t('{0} characters are too few to learn from. Some {1} are a beginning.', characters, enough),
        blocks: true,
      };
    case 'little':
      return {
        text: l10n.t('{0} characters are few: expect little. Some {1} are a beginning.', characters, enough),
        blocks: false,
      };
    case 'enough':
      return undefined;
  }
}

/** No file is chosen: because there is none, because none is Japanese prose, or because the user wants none. */
function nothing({ files, excluded }: Survey): string {
  if (files.some(({ text, leftOut }) => text !== undefined && leftOut === undefined)) {
    return l10n.t('No file is chosen. Choose one below.');
  }
  if (files.length === 0) {
    return l10n.t(
      'No text was found in this workspace: only files that the setting “tsuzuki.fineTuning.include” names are looked for, and {0} are left out. Put your manuscripts into it, or change the setting.',
      number(excluded),
    );
  }
  const seen = KINDS.flatMap(({ kinds, words }) => {
    const count = files.filter(({ leftOut }) => leftOut !== undefined && kinds.includes(leftOut.kind)).length;
    return count === 0 ? [] : [words(number(count))];
  });
  return l10n.t(
    'No Japanese text was found. Seen instead: {0}. Put Japanese prose into the workspace, or choose a file below.',
    seen.join(l10n.t(', ')),
  );
}

/** What files may be instead, in the order in which it is told. */
const KINDS: readonly {
  readonly kinds: readonly LeftOutReason['kind'][];
  readonly words: (count: string) => string;
}[] = [
  { kinds: ['not-japanese'], words: (count) => l10n.t('{0} not in Japanese', count) },
  { kinds: ['too-short', 'empty'], words: (count) => l10n.t('{0} empty or too short', count) },
  { kinds: ['invalid-bytes'], words: (count) => l10n.t('{0} with broken characters', count) },
  { kinds: ['binary', 'unreadable'], words: (count) => l10n.t('{0} that cannot be read as text', count) },
  { kinds: ['generated', 'near-duplicate'], words: (count) => l10n.t('{0} made by a program, or there twice', count) },
];
