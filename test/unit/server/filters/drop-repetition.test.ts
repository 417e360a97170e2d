import { expect, test } from 'vitest';
import { dropRepetition } from '../../../../src/server/filters/drop-repetition';

// The document up to the cursor ║, what the model wrote, what is offered.
test.each([
  ['漁師は老いていた。║', '海は静かだった。', '海は静かだった。'],
  ['漁師はもう老いていた。║', '漁師はもう老いていた。', ''],
  ['漁師はもう老いていた。║', '漁師は、もう老いていた。', ''],
  ['漁師はもう老いていた。漁師は║', 'もう老いていた。', ''],
  ['漁師はもう老いていた。漁師は║', '海へ出た。', '海へ出た。'],
  ['漁師はもう老いていた。║', '海は静かだった。漁師はもう老いていた。', '海は静かだった。'],
  ['海だ。║', '風が吹いて波が立った。風が吹いて波が立った。', '風が吹いて波が立った。'],
  // It has been said long ago, or is short.
  ['漁師はもう老いていた。一。二。三。║', '漁師はもう老いていた。', '漁師はもう老いていた。'],
  ['「うん」\n║', '「うん」', '「うん」'],
  // Loops.
  ['彼は║', 'お雪どんだ、お雪どんだ、お雪どんだ、お雪', 'お雪どんだ、お雪どんだ、'],
  ['彼は║', 'ああああああ', 'ああああ'],
  ['彼は║', 'ゆっくりゆっくり歩いた', 'ゆっくりゆっくり歩いた'],
  ['彼は║', '', ''],
])('%j + %j → %j', (marked, suggestion, offered) =>
  expect(dropRepetition(suggestion, marked.replace('║', ''))).toBe(offered),
);
