import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PowerSupply, readPmset, readPowerLineStatus, readPowerSupplies } from './power-readings';

const MINUTE_MS = 60_000;
/** A reading that takes longer is given up: it is not worth a process that stays. */
const READING_TIMEOUT_MS = 10_000;
const POWER_SUPPLIES = '/sys/class/power_supply';
const POWER_LINE_STATUS =
  'Add-Type -AssemblyName System.Windows.Forms; [System.Windows.Forms.SystemInformation]::PowerStatus.PowerLineStatus';

/** Where the machine says whether it runs on its battery. */
export interface PowerSource {
  /** No reading is made more often than this. */
  readonly everyMs: number;
  /** `undefined` where the machine does not say. Never throws. */
  onBattery(): Promise<boolean | undefined>;
}

/**
 * The source for this machine. Windows tells it only to programs, whose start takes half a second: it is asked rarely.
 *
 * @param supplies Where Linux keeps what it says.
 */
export function powerSource(
  platform: NodeJS.Platform = process.platform,
  supplies: string = POWER_SUPPLIES,
): PowerSource {
  switch (platform) {
    case 'linux':
      return { everyMs: MINUTE_MS, onBattery: async () => readPowerSupplies(await powerSupplies(supplies)) };
    case 'darwin':
      return { everyMs: MINUTE_MS, onBattery: async () => readPmset(await output('pmset', ['-g', 'batt'])) };
    case 'win32':
      return {
        everyMs: 5 * MINUTE_MS,
        onBattery: async () =>
          readPowerLineStatus(
            await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', POWER_LINE_STATUS]),
          ),
      };
    default:
      return { everyMs: Number.POSITIVE_INFINITY, onBattery: async () => undefined };
  }
}

/** What Linux says of each supply, in files of one word. A folder that is not there is a machine without any. */
async function powerSupplies(folder: string): Promise<PowerSupply[]> {
  const names = await readdir(folder).catch(() => []);
  const word = (name: string, file: string) =>
    readFile(join(folder, name, file), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  return Promise.all(
    names.map(async (name) => ({
      type: await word(name, 'type'),
      scope: await word(name, 'scope'),
      online: await word(name, 'online'),
      status: await word(name, 'status'),
    })),
  );
}

async function output(command: string, flags: readonly string[]): Promise<string> {
  try {
    const options = { timeout: READING_TIMEOUT_MS, windowsHide: true };
    return (await promisify(execFile)(command, [...flags], options)).stdout;
  } catch {
    return '';
  }
}
