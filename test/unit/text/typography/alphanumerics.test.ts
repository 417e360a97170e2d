import { describe } from 'vitest';
import { restoreAlphanumerics } from '../../../../src/text/typography/alphanumerics';
import { golden } from './golden';

describe('digits and letters', () =>
  golden(restoreAlphanumerics, [
    ['彼は║', '3人', '3人'],
    ['１２時だ。║', '3人と40人', '３人と４０人'],
    ['12時だ。║', '40人', '40人'],
    // One digit full-width, several half-width.
    ['３人と12人。║', '4人と50人', '４人と50人'],
    ['３人。║', '50人', '50人'],
    // The width of most of them.
    ['１０時、２０時、30時。║', '40時', '４０時'],
    ['１０時、20時。║', '40時', '40時'],
    // A run that the cursor cuts goes on as it began.
    ['20時、１║', '2時と30分', '２時と30分'],
    ['Ａ型とＢ型。║', 'O型', 'Ｏ型'],
    ['ＤＮＡの話。║', 'RNAとDNA', 'ＲＮＡとＤＮＡ'],
    ['DNAの話。║', 'ＲＮＡ', 'RNA'],
    ['１人。║', 'DNA', 'DNA'],
    ['１人。║', '', ''],
  ]));
