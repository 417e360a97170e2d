import type { FileStretch, GraphBuilder, Value } from '../graph/graph';
import type { ParameterSource } from './gpt2';

/** Where 32-bit floats lie. */
export interface ExternalParameter extends FileStretch {
  readonly shape: readonly number[];
}

/** Parameters that stay in their files: each becomes one external initialiser, however often it is used. */
export function externalParameters(weights: ReadonlyMap<string, ExternalParameter>): ParameterSource {
  const declared = new WeakMap<GraphBuilder, Map<string, Value>>();
  return (g, name) => {
    let values = declared.get(g);
    if (values === undefined) {
      values = new Map();
      declared.set(g, values);
    }
    const known = values.get(name);
    if (known !== undefined) return known;
    const place = weights.get(name);
    if (place === undefined) throw new Error(`no weight called ${name}`);
    const value = g.external(name, place.shape, place);
    values.set(name, value);
    return value;
  };
}
