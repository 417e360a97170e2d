/** Element types that our graphs compute with. */
export type ElementType = 'float32' | 'int64' | 'int32' | 'bool' | 'int8' | 'uint8';

/** A dimension: known now, or a name for what is known only when the graph runs (`batch`, `past`). */
export type Dim = number | string;

/** One tensor flowing through a graph. Its name is unique within the graph. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dim[];
}

/** Takes the place of an optional input that is left out before one that is given. */
export const ABSENT: Value = { name: '', type: 'float32', shape: [] };

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A body that the node may run; it reads the values of the graph around it by their names. */
  | { readonly kind: 'graph'; readonly value: Graph };

/** `''` is standard ONNX, the other ONNX Runtime's own operators. */
export type Domain = '' | 'com.microsoft';

export interface Node {
  readonly op: string;
  readonly domain: Domain;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** How to differentiate, in place of the rules of the operators that lead to it. */
  readonly customGradient?: CustomGradient;
}

/** The gradient of several nodes taken as one: of their last result with regard to what went into the first. */
export interface CustomGradient {
  readonly input: Value;
  /** ∂loss/∂result → ∂loss/∂input */
  readonly backward: (g: GraphBuilder, upstream: Value) => Value;
}

/** Some bytes of a file. */
export interface FileStretch {
  readonly file: string;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Bytes that belong to the graph itself, or a stretch of another file that the runtime maps. */
export type InitializerData =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | ({
      readonly kind: 'external';
      /** ONNX Runtime's records of copies in the same file that it has arranged for its kernels. */
      readonly packed?: readonly string[];
    } & FileStretch);

export interface Initializer {
  readonly value: Value;
  readonly data: InitializerData;
}

/** A finished computation: nodes in an order in which every value is made before it is used. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
}

/** Everything that a node reads: its inputs, and what its bodies take from the graph around them. */
export function valuesRead({ inputs, attributes }: Node): readonly Value[] {
  const bodies = Object.values(attributes).flatMap((one) => (one.kind === 'graph' ? [one.value] : []));
  if (bodies.length === 0) return inputs;
  return [...inputs, ...bodies.flatMap(readFromAround)];
}

function readFromAround({ nodes, outputs, initializers }: Graph): readonly Value[] {
  const own = new Set([...initializers.map(({ value }) => value), ...nodes.flatMap((node) => node.outputs)]);
  return [...nodes.flatMap(valuesRead), ...outputs].filter((value) => !own.has(value));
}

/** An array whose class says which element type it has. */
export type ConstantData = Float32Array | BigInt64Array | Int8Array | Uint8Array;

function elementTypeOf(data: ConstantData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof BigInt64Array) return 'int64';
  return data instanceof Int8Array ? 'int8' : 'uint8';
}

/**
 * Collects a graph. Operators are functions over a builder (see `operators.ts`), so that a model's forward pass reads
 * like the formula and every value carries its type and shape.
 */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs = new Map<Value, Value>();
  readonly #initializers: Initializer[] = [];
  readonly #nodes: Node[] = [];

  /** @param names Those that are taken: a body of a node has none in common with the graph around it. */
  constructor(
    private readonly name: string,
    private readonly names = new Set<string>(),
  ) {}

  /** The nodes so far, each after those that make its inputs. */
  get nodes(): readonly Node[] {
    return [...this.#nodes];
  }

  /** A tensor given at each run. */
  input(name: string, type: ElementType, shape: readonly Dim[]): Value {
    const value = this.#declare(name, type, shape);
    this.#inputs.push(value);
    return value;
  }

  /**
   * Makes `value` a result of the graph under `name`: in the graph that is built it bears this name. A node for each name
   * would cost time at every run.
   */
  output(name: string, value: Value): void {
    const copied = this.#outputs.has(value) || !this.#nodes.some(({ outputs }) => outputs.includes(value));
    const result = copied ? this.node('Identity', [value], [[value.type, value.shape]])[0] : value;
    this.#outputs.set(result, this.#declare(name, value.type, value.shape));
  }

  /** A weight that lies in another file. */
  external(
    name: string,
    shape: readonly number[],
    { file, offset, byteLength }: FileStretch,
    type: ElementType = 'float32',
  ): Value {
    const value = this.#declare(name, type, shape);
    this.#initializers.push({ value, data: { kind: 'external', file, offset, byteLength } });
    return value;
  }

  /** A small constant, written into the graph. */
  constant(data: ConstantData, shape: readonly number[]): Value {
    const type = elementTypeOf(data);
    const value = this.#declare(this.#fresh('constant'), type, shape);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ value, data: { kind: 'inline', bytes } });
    return value;
  }

  /** Adds a node; `outputs` are the types and shapes of its results, which are named here. */
  node<const Outputs extends readonly (readonly [ElementType, readonly Dim[]])[]>(
    op: string,
    inputs: readonly Value[],
    outputs: Outputs,
    options: Partial<Pick<Node, 'domain' | 'attributes' | 'customGradient'>> = {},
  ): { readonly [K in keyof Outputs]: Value } {
    const values = outputs.map(([type, shape]) => this.#declare(this.#fresh(op), type, shape));
    const { domain = '', attributes = {}, customGradient } = options;
    this.#nodes.push({ op, domain, inputs, outputs: values, attributes, ...(customGradient && { customGradient }) });
    return values as { readonly [K in keyof Outputs]: Value };
  }

  /**
   * Runs one of two bodies, as `condition` (bool []) says. They may use every value that there is, and give values that they
   * make, of the same types; the shapes are taken to be those of `whenTrue`.
   */
  choose<Outputs extends readonly [Value, ...Value[]]>(
    condition: Value,
    bodies: { readonly whenTrue: (g: GraphBuilder) => Outputs; readonly whenFalse: (g: GraphBuilder) => Outputs },
  ): Outputs {
    const body = (name: 'whenTrue' | 'whenFalse') => {
      const g = new GraphBuilder(this.#fresh(name), this.names);
      const outputs = bodies[name](g);
      return { kind: 'graph', value: { ...g.build(), outputs } } as const;
    };
    const [whenTrue, whenFalse] = [body('whenTrue'), body('whenFalse')];
    const outputs = whenTrue.value.outputs.map(({ type, shape }) => [type, shape] as const);
    const attributes = { then_branch: whenTrue, else_branch: whenFalse };
    return this.node('If', [condition], outputs, { attributes }) as readonly Value[] as Outputs;
  }

  build(): Graph {
    const graph = {
      name: this.name,
      inputs: [...this.#inputs],
      outputs: [...this.#outputs.keys()],
      initializers: [...this.#initializers],
      nodes: [...this.#nodes],
    };
    return renamed(graph, (value) => this.#outputs.get(value) ?? value);
  }

  #fresh(stem: string): string {
    return `${stem}_${this.names.size}`;
  }

  #declare(name: string, type: ElementType, shape: readonly Dim[]): Value {
    if (this.names.has(name)) throw new Error(`graph ${this.name}: two values are called ${name}`);
    this.names.add(name);
    return { name, type, shape };
  }
}

function renamed(graph: Graph, named: (value: Value) => Value): Graph {
  const attributes = (node: Node) =>
    Object.fromEntries(
      Object.entries(node.attributes).map(([name, one]) => [
        name,
        one.kind === 'graph' ? { ...one, value: renamed(one.value, named) } : one,
      ]),
    );
  return {
    ...graph,
    outputs: graph.outputs.map(named),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(named),
      outputs: node.outputs.map(named),
      attributes: attributes(node),
    })),
  };
}
