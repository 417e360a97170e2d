import { expect, test } from 'vitest';
import type { Work } from '../../bench/held-out-works';
import { type CaseName, qualityCase } from '../../bench/quality-cases';

const LONG = `${'あいうえおかきくけ\n'.repeat(8)}`;
const WORKS: readonly Work[] = [
  ...Array.from({ length: 7 }, (_, i) => ({ id: `n${i}`, title: '', author: '新美南吉', text: `狐${i}` })),
  ...Array.from({ length: 3 }, (_, i) => ({ id: `c${i}`, title: '', author: '近松秋江', text: `女${i}` })),
  { id: '042767', title: '無人島に生きる十六人', author: '須川邦彦', text: LONG },
];

const LIBRARY: readonly Work[] = [
  { id: 'd0', title: '', author: '寺田寅彦', text: '猫'.repeat(200_000) },
  { id: 'd1', title: '', author: '寺田寅彦', text: '犬'.repeat(100_001) },
  { id: 'd2', title: '', author: '寺田寅彦', text: '鳥'.repeat(100_000) },
  { id: 'd3', title: '', author: '柳田国男', text: '村' },
];

/** The works of each turn, by their ids: learnt from → written. */
const turnsOf = (name: CaseName) =>
  qualityCase(name, WORKS).turns.map(({ learnt, written }) =>
    [learnt, written].map((works) => works.map(({ id }) => id).join(' ')).join(' → '),
  );

test.each<[CaseName, string[]]>([
  ['others', [' → c0']],
  ['third', ['n0 n1 n3 n4 n6 → n2 n5']],
  ['rest', ['n1 n2 n4 n5 → n0 n3 n6', 'n0 n2 n3 n5 n6 → n1 n4']],
  ['second', ['c1 c2 → c0', 'c0 c2 → c1', 'c0 c1 → c2']],
  ['later', ['042767 → 042767']],
])('%s: %j', (name, expected) => {
  expect(turnsOf(name)).toEqual(expected);
});

test('by an essayist as many other works are learnt from as a drawer holds', () => {
  const written = ['e0', 'e1'].map((id) => ({ id, title: '', author: '寺田寅彦', text: '雨' }));
  const [turn] = qualityCase('essayists', [...WORKS, ...written], LIBRARY).turns;
  expect(turn?.learnt.map(({ id }) => id)).toEqual(['d0', 'd2']);
  expect(turn?.written.map(({ id }) => id)).toEqual(['e0', 'e1']);
});

test('of a long work the earlier part is learnt from, and what follows is written', () => {
  const [turn] = qualityCase('later', WORKS).turns;
  const [earlier = '', later = ''] = [turn?.learnt[0]?.text, turn?.written[0]?.text];
  expect(earlier + later).toBe(LONG);
  expect(later).toBe('あいうえおかきくけ\n');
});
