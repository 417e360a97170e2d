import type { Attribute } from '../graph';

// Attributes of ONNX nodes, written and read.
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });

type Attributes = Readonly<Record<string, Attribute>>;

export function numberOf(attributes: Attributes, name: string, absent: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'float' || attribute?.kind === 'int' ? attribute.value : absent;
}

export function integersOf(attributes: Attributes, name: string): readonly number[] {
  const attribute = attributes[name];
  if (attribute?.kind !== 'ints') throw new TypeError(`no integers called ${name}`);
  return attribute.value;
}

export function stringOf(attributes: Attributes, name: string): string {
  const attribute = attributes[name];
  if (attribute?.kind !== 'string') throw new TypeError(`no string called ${name}`);
  return attribute.value;
}
