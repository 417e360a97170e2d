import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../../src/engine/graph/graph';
import { add, multiply, scalar } from '../../../../src/engine/graph/operators';
import { cutIntoStages } from '../../../../src/engine/graph/stages';
import { graphRunner, type Numbers } from './run-graph';

const number = (value: number): Numbers => ({ type: 'float32', shape: [1], data: [value] });
const bool = (value: boolean): Numbers => ({ type: 'bool', shape: [], data: [value ? 1 : 0] });

/** doubled = 2x; y = many ? doubled + x : 10 · doubled. */
function example() {
  const g = new GraphBuilder('test');
  const many = g.input('many', 'bool', []);
  const x = g.input('x', 'float32', [1]);
  const doubled = add(g, x, x);
  g.output('doubled', doubled);
  const [y] = g.choose(many, {
    whenTrue: (body) => [add(body, doubled, x)],
    whenFalse: (body) => [multiply(body, doubled, scalar(body, 10))],
  });
  g.output('y', y);
  return g.build();
}

test.each([
  [true, 9],
  [false, 60],
])('of two bodies one runs, with the values around it: %s', async (many, y) => {
  const run = await graphRunner(example());
  expect(await run({ many: bool(many), x: number(3) })).toEqual({ doubled: [6], y: [y] });
});

test('a stage gets what only the bodies of its nodes read', async () => {
  const graph = example();
  const [first, second] = cutIntoStages(graph, 0);
  expect(first?.outputs.map(({ name }) => name)).toEqual(['doubled']);
  expect(new Set(second?.inputs.map(({ name }) => name))).toEqual(new Set(['many', 'doubled', 'x']));
  if (second === undefined) return;
  const run = await graphRunner(second);
  expect(await run({ many: bool(true), x: number(3), doubled: number(6) })).toEqual({ y: [9] });
});
