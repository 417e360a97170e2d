/** One entry of Linux's `/sys/class/power_supply`: the words in its files, where it has them. */
export interface PowerSupply {
  readonly type: string | undefined;
  /** `Device` for the battery of a mouse or a keyboard. */
  readonly scope: string | undefined;
  readonly online: string | undefined;
  readonly status: string | undefined;
}

/**
 * Whether a Linux machine runs on its battery: it has one that is discharging, and no supply from outside is connected.
 * `undefined` without a battery.
 *
 * Source: Documentation/ABI/testing/sysfs-class-power of the Linux kernel.
 */
export function readPowerSupplies(supplies: readonly PowerSupply[]): boolean | undefined {
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return undefined;
  const connected = own.some(({ type, online }) => type !== 'Battery' && online !== undefined && online !== '0');
  return !connected && batteries.some(({ status }) => status === 'Discharging');
}

/** Whether a Mac does, from what `pmset -g batt` says; `undefined` where that says neither. */
export function readPmset(output: string): boolean | undefined {
  const [, source] = /^Now drawing from \W([\w ]+)\W/m.exec(output) ?? [];
  return source === undefined ? undefined : source === 'Battery Power';
}

/** Whether a Windows machine does, from the value of `SystemInformation.PowerStatus.PowerLineStatus`. */
export function readPowerLineStatus(output: string): boolean | undefined {
  switch (output.trim()) {
    case 'Offline':
      return true;
    case 'Online':
      return false;
    default:
      return undefined;
  }
}
