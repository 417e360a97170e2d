import { ABSENT, type Graph, type Initializer, type Node, type Value, valuesRead } from './graph';

/**
 * Cuts a graph into graphs that run one after the other, each with about `stageBytes` of weights to read. Cuts are made
 * only where a single value goes over, in a transformer between blocks: the value is an output of one stage and an input
 * of the next, under its name. Inputs and outputs of the whole graph belong to the stages that use or make them.
 */
export function cutIntoStages(graph: Graph, stageBytes: number): readonly Graph[] {
  const initializers = new Map(graph.initializers.map((initializer) => [initializer.value, initializer]));

  const stages: Node[][] = [];
  let stage: Node[] = [];
  let bytes = 0;
  const crossing = crossingValues(graph.nodes);
  graph.nodes.forEach((node, i) => {
    stage.push(node);
    bytes += weightBytes(node, initializers);
    const end = i === graph.nodes.length - 1;
    if (!end && (bytes < stageBytes || crossing[i] !== 1)) return;
    stages.push(stage);
    stage = [];
    bytes = 0;
  });
  return stages.map((nodes, i) => stageGraph(`${graph.name}_${i}`, nodes, graph, initializers));
}

/** How many values made up to each node are still used after it. */
function crossingValues(nodes: readonly Node[]): readonly number[] {
  const lastUse = new Map<Value, number>();
  const reads = nodes.map(valuesRead);
  reads.forEach((values, i) => {
    for (const value of values) lastUse.set(value, i);
  });
  const live = new Set<Value>();
  return nodes.map(({ outputs }, i) => {
    for (const value of outputs) if ((lastUse.get(value) ?? i) > i) live.add(value);
    for (const value of reads[i] ?? []) if (lastUse.get(value) === i) live.delete(value);
    return live.size;
  });
}

/** What a node reads of the weights; of a table it reads some rows only. */
function weightBytes({ op, inputs }: Node, initializers: ReadonlyMap<Value, Initializer>): number {
  if (op === 'Gather' || op === 'GatherBlockQuantized') return 0;
  return inputs.reduce((sum, value) => {
    const data = initializers.get(value)?.data;
    return sum + (data?.kind === 'external' ? data.byteLength : 0);
  }, 0);
}

function stageGraph(
  name: string,
  nodes: readonly Node[],
  whole: Graph,
  initializers: ReadonlyMap<Value, Initializer>,
): Graph {
  const own = new Set(nodes);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const used = new Set(nodes.flatMap((node) => valuesRead(node).filter((value) => value !== ABSENT)));
  const wanted = new Set([...whole.outputs, ...whole.nodes.filter((node) => !own.has(node)).flatMap(valuesRead)]);
  return {
    name,
    nodes,
    inputs: [...used].filter((value) => !made.has(value) && !initializers.has(value)),
    outputs: [...made].filter((value) => wanted.has(value)),
    initializers: [...used].flatMap((value) => initializers.get(value) ?? []),
  };
}
