import { describe } from 'vitest';
import { restoreParagraphs } from '../../../../src/text/typography/paragraphs';
import { golden } from './golden';

describe('paragraphs', () =>
  golden(restoreParagraphs, [
    // The model's mark of a new line.
    ['彼は║', '立った。 夜だった。', '立った。\n夜だった。'],
    ['　彼は║', '立った。 夜だった。', '立った。\n　夜だった。'],
    ['　夜だった。\n\n　彼は║', '立った。 雨だった。', '立った。\n\n　雨だった。'],
    ['　夜だった。\n「え」\n　彼は║', '立った。 「うん」 雨だった。', '立った。\n「うん」\n　雨だった。'],
    ['　夜だった。\n　「え」\n　彼は║', '立った。 「うん」', '立った。\n　「うん」'],
    // At the beginning of a line.
    ['　夜だった。\n║', '彼は立った。', '　彼は立った。'],
    ['　夜だった。\n║', '　彼は立った。', '　彼は立った。'],
    ['　夜だった。\n　║', '　彼は立った。', '彼は立った。'],
    ['　夜だった。\n「え」\n║', '「うん」', '「うん」'],
    ['夜だった。\n║', '彼は立った。', '彼は立った。'],
    ['夜だった。\n║', '　彼は立った。', '彼は立った。'],
    ['# 海\n\n- 一\n\n　夜だった。\n║', '彼は', '　彼は'],
    ['　夜だった。\n「え」\n「お」\n「う」\n║', '彼は', '　彼は'],
    // Nothing to learn from.
    ['║', '　彼は立った。', '　彼は立った。'],
    ['║', '彼は立った。', '彼は立った。'],
    // Other spaces.
    ['彼は║', '田中 太郎と', '田中　太郎と'],
    ['彼は║', 'Hello Worldと言った', 'Hello Worldと言った'],
    ['　彼は║', '', ''],
  ]));
