import { expect, test } from 'vitest';
import { dropUnfinishedMarks } from '../../../../src/server/filters/drop-unfinished-marks';

// The document up to the cursor ║, what the model wrote, what is offered.
test.each([
  ['老いた║', '漁師《りょうし》は', '漁師《りょうし》は'],
  ['老いた║', '漁師《りょう', '漁師'],
  ['老いた║', '｜東雲《しののめ》の', '｜東雲《しののめ》の'],
  ['老いた║', '男と｜東雲', '男と'],
  ['老いた║', '男と｜東雲《しの', '男と'],
  ['老いた║', '男［＃「男」に傍点］と', '男［＃「男」に傍点］と'],
  ['老いた║', '男［＃「男', '男'],
  // What the writer has begun.
  ['漁師《║', 'りょうし》は', 'りょうし》は'],
  ['漁師《║', 'りょうし', ''],
  ['男［＃「男║', '」に傍点］と', '」に傍点］と'],
  ['男［＃「男║', '」に', ''],
  ['｜東雲║', '《しののめ》の', '《しののめ》の'],
  ['漁師《りょうし》║', 'は', 'は'],
  ['漁師《\n老いた║', '男', '男'],
  ['老いた║', '', ''],
])('%j + %j → %j', (marked, suggestion, offered) =>
  expect(dropUnfinishedMarks(suggestion, marked.replace('║', ''))).toBe(offered),
);
