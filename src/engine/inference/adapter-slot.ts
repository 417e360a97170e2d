import type { Gpt2Config } from '../checkpoint/config';
import { LORA_TARGETS, type LoraTarget, loraModules, loraScale } from '../checkpoint/lora-modules';
import type { LoraAdapter } from '../checkpoint/peft-adapter';

/** What a session has room for: adapters up to this rank, on no other modules. */
export interface AdapterSlot {
  readonly r: number;
  readonly targets: readonly LoraTarget[];
}

/** One input of a decoding graph made with a slot. */
export interface SlotInput {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

/** A slot for `adapter` and for everything that `present` has room for; `present` itself if that is enough. */
export function slotFor({ config }: LoraAdapter, present: AdapterSlot | undefined): AdapterSlot {
  if (present === undefined) return { r: config.r, targets: config.target_modules };
  const targets = LORA_TARGETS.filter((name) => present.targets.includes(name) || config.target_modules.includes(name));
  const r = Math.max(present.r, config.r);
  return r === present.r && targets.length === present.targets.length ? present : { r, targets };
}

/**
 * The matrices that an adapter puts into a slot, or those that change nothing: A [r, in] and B [out, r] with the
 * adapter's scale in B, filled up with zeros to the slot's rank.
 *
 * @throws {RangeError} when the adapter is made for a model of other widths
 */
export function slotInputs(config: Gpt2Config, slot: AdapterSlot, adapter: LoraAdapter | undefined): SlotInput[] {
  return [...loraModules(config, slot.targets)].flatMap(([module, widths]): SlotInput[] => {
    const a = new Float32Array(slot.r * widths.in);
    const b = new Float32Array(widths.out * slot.r);
    const matrices = adapter?.matrices.get(module);
    if (adapter !== undefined && matrices !== undefined) {
      const { r } = adapter.config;
      if (matrices.a.length !== r * widths.in || matrices.b.length !== widths.out * r) {
        throw new RangeError(`${module}: the adapter is made for another model`);
      }
      a.set(matrices.a);
      copyScaled(matrices.b, r, b, slot.r, loraScale(adapter.config));
    }
    return [
      { name: `${module}.lora_A`, shape: [slot.r, widths.in], data: a },
      { name: `${module}.lora_B`, shape: [widths.out, slot.r], data: b },
    ];
  });
}

/** [out, fromWidth] · scale → the first columns of [out, toWidth]. */
function copyScaled(from: Float32Array, fromWidth: number, to: Float32Array, toWidth: number, scale: number): void {
  from.forEach((number, i) => {
    to[Math.floor(i / fromWidth) * toWidth + (i % fromWidth)] = scale * number;
  });
}
