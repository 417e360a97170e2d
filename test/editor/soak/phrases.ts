import type { Composition } from '../bed/input-method';

/** What the typist writes: pieces of prose, with what an input method shows on the way to them. */
export const PHRASES: readonly Composition[] = [
  { readings: ['ｋ', 'か', 'かｒ', 'かれ', 'かれは'], text: '彼は' },
  { readings: ['ろ', 'ろうｊ', 'ろうじ', 'ろうじん', 'ろうじんは'], text: '老人は' },
  { readings: ['う', 'うみ', 'うみを'], text: '海を' },
  { readings: ['な', 'なｇ', 'ながめ', 'ながめて', 'ながめていた。'], text: '眺めていた。' },
  { readings: ['ふ', 'ふｎ', 'ふね', 'ふねは'], text: '船は' },
  { readings: ['み', 'みｎ', 'みなと', 'みなとを'], text: '港を' },
  { readings: ['は', 'はな', 'はなれ', 'はなれた。'], text: '離れた。' },
  { readings: ['よ', 'よる', 'よるの'], text: '夜の' },
  { readings: ['あ', 'あめ', 'あめが', 'あめがｆ', 'あめがふ', 'あめがふって'], text: '雨が降って' },
  { readings: ['い', 'いた', 'いた。'], text: 'いた。' },
  { readings: ['そ', 'そｒ', 'それで', 'それでも'], text: 'それでも' },
  { readings: ['か', 'かぜ', 'かぜは', 'かぜはｔ', 'かぜはつめ', 'かぜはつめたく'], text: '風は冷たく' },
  { readings: ['「'], text: '「' },
  { readings: ['」'], text: '」' },
  { readings: ['ど', 'どこ', 'どこへ', 'どこへｉ', 'どこへいく', 'どこへいくのか'], text: 'どこへ行くのか' },
  { readings: ['？'], text: '？' },
  { readings: ['む', 'むす', 'むすめ', 'むすめの'], text: '娘の' },
  { readings: ['て', 'てが', 'てがみ', 'てがみを'], text: '手紙を' },
  { readings: ['ひ', 'ひら', 'ひらい', 'ひらいた。'], text: '開いた。' },
  { readings: ['と', 'とう', 'とうだい', 'とうだいの', 'とうだいのｈ', 'とうだいのひ'], text: '灯台の火' },
];

/** How a paragraph begins. */
export const NEW_PARAGRAPH = '\n　';
