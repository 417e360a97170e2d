/** Different nonsense in the manner of prose for each seed: sentences of a length like a novel's. */
export function proseOf(seed: number, sentences: number): string {
  const words = [
    '灯台',
    '海',
    '老人',
    '波',
    '静か',
    '舟',
    '空',
    '鳥',
    '夜',
    '風',
    '砂',
    '少年',
    '港',
    '網',
    '星',
    '雲',
  ];
  const verbs = [
    '見ていた',
    '歩いた',
    '黙っていた',
    '笑った',
    '消えた',
    '鳴いた',
    '光った',
    '眠った',
    '遠かった',
    '来た',
  ];
  const particles = ['は', 'が', 'の', 'を', 'に', 'へ', 'も', 'と'];
  let state = seed * 2_654_435_761 + 1;
  const draw = (choices: readonly string[]) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return choices[(state >>> 16) % choices.length] ?? '';
  };
  const sentence = () => `　${[1, 2, 3, 4].map(() => draw(words) + draw(particles)).join('')}${draw(verbs)}。\n`;
  return Array.from({ length: sentences }, sentence).join('');
}
