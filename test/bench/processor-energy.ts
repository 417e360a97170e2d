import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const POWERCAP = '/sys/class/powercap';

/** Counters of the processor's packages, in microjoules; each begins again at 0 when it reaches its range. */
type Counters = ReadonlyMap<string, { readonly energy: number; readonly range: number }>;

/**
 * Measures the joules that the processor's packages use while `work` runs, everything else on the machine included.
 * Linux keeps them where the processor counts them and the user may read them; otherwise there are no joules.
 */
export async function withJoules<T>(work: () => Promise<T>): Promise<{ result: T; joules: number | undefined }> {
  const before = await readCounters();
  const result = await work();
  const after = await readCounters();
  let microjoules = 0;
  for (const [zone, { energy, range }] of after) {
    const used = energy - (before.get(zone)?.energy ?? energy);
    microjoules += used < 0 ? used + range : used;
  }
  return { result, joules: after.size === 0 ? undefined : microjoules / 1e6 };
}

async function readCounters(): Promise<Counters> {
  const counters = new Map<string, { energy: number; range: number }>();
  for (const zone of await readdir(POWERCAP).catch(() => [])) {
    // "intel-rapl:0" is a package, "intel-rapl:0:1" a part of it.
    if (!/^intel-rapl:\d+$/.test(zone)) continue;
    const read = async (file: string) => Number(await readFile(join(POWERCAP, zone, file), 'utf8'));
    try {
      counters.set(zone, { energy: await read('energy_uj'), range: await read('max_energy_range_uj') });
    } catch {
      // Readable for the administrator alone.
    }
  }
  return counters;
}
