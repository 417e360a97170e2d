import { ABSENT, type Graph, type Initializer, type Node, type Value } from './graph';

/**
 * Cuts a graph into graphs that run one after the other, each with about `stageBytes` of weights to read. Cuts are made
 * only where a single value goes over, in a transformer between blocks: the value is an output of one stage and an input
 * of the next, under its name. Inputs and outputs of the whole graph belong to the stages that use or make them.
 */
export function cutIntoStages(graph: Graph, stageBytes: number): readonly Graph[] {
  const outputs = new Set(graph.outputs);
  // The nodes that only name a result stand at the end; each belongs to the stage that makes what it names.
  const isResult = ({ outputs: made }: Node) => made.some((value) => outputs.has(value));
  const computing = graph.nodes.filter((node) => !isResult(node));
  const naming = graph.nodes.filter(isResult);
  const initializers = new Map(graph.initializers.map((initializer) => [initializer.value, initializer]));

  const stages: Node[][] = [];
  let stage: Node[] = [];
  let bytes = 0;
  const crossing = crossingValues(computing);
  computing.forEach((node, i) => {
    stage.push(node);
    bytes += weightBytes(node, initializers);
    const end = i === computing.length - 1;
    if (!end && (bytes < stageBytes || crossing[i] !== 1)) return;
    stages.push(stage);
    stage = [];
    bytes = 0;
  });
  return stages.map((nodes, i) => stageGraph(`${graph.name}_${i}`, nodes, { graph, naming, initializers, computing }));
}

/** How many values made up to each node are still used after it. */
function crossingValues(nodes: readonly Node[]): readonly number[] {
  const lastUse = new Map<Value, number>();
  nodes.forEach(({ inputs }, i) => {
    for (const value of inputs) lastUse.set(value, i);
  });
  const live = new Set<Value>();
  return nodes.map(({ inputs, outputs }, i) => {
    for (const value of outputs) if ((lastUse.get(value) ?? i) > i) live.add(value);
    for (const value of inputs) if (lastUse.get(value) === i) live.delete(value);
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

interface Whole {
  readonly graph: Graph;
  readonly computing: readonly Node[];
  readonly naming: readonly Node[];
  readonly initializers: ReadonlyMap<Value, Initializer>;
}

function stageGraph(name: string, computing: readonly Node[], whole: Whole): Graph {
  const made = new Set(computing.flatMap(({ outputs }) => outputs));
  const naming = whole.naming.filter(({ inputs }) => inputs.some((value) => made.has(value)));
  const nodes = [...computing, ...naming];
  const used = new Set(nodes.flatMap(({ inputs }) => inputs.filter((value) => value !== ABSENT)));
  const own = new Set(computing);
  const usedElsewhere = new Set(whole.computing.filter((node) => !own.has(node)).flatMap(({ inputs }) => inputs));
  return {
    name,
    nodes,
    inputs: [...used].filter((value) => !made.has(value) && !whole.initializers.has(value)),
    outputs: [...naming.flatMap(({ outputs }) => outputs), ...[...made].filter((value) => usedElsewhere.has(value))],
    initializers: [...used].flatMap((value) => whole.initializers.get(value) ?? []),
  };
}
