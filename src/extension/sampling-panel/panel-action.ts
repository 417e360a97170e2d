import { SAMPLING_BOUNDS } from '../../protocol/settings';
import type { SamplingName } from '../sampling-input';
import { PRESETS } from '../sampling-presets';
import type { PanelAction } from './panel-state';

const PLAIN_ACTIONS = ['save', 'discard', 'defaults', 'draw-again'] as const;

/** What the webview's script has sent. @returns undefined for what no control sends. */
export function readPanelAction(message: unknown): PanelAction | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { action, name, value, checked } = message as Readonly<Record<string, unknown>>;
  switch (action) {
    case 'preset': {
      const preset = PRESETS.find((id) => id === value);
      return preset && { action, value: preset };
    }
    case 'set': {
      const known = Object.keys(SAMPLING_BOUNDS).find((id) => id === name) as SamplingName | undefined;
      return known !== undefined && typeof value === 'string' ? { action, name: known, value } : undefined;
    }
    case 'fix-seed': {
      const seed = typeof value === 'string' ? Number(value) : Number.NaN;
      return Number.isInteger(seed) ? { action, value: seed } : undefined;
    }
    case 'workspace-only':
      return typeof checked === 'boolean' ? { action, checked } : undefined;
    default: {
      const plain = PLAIN_ACTIONS.find((id) => id === action);
      return plain && { action: plain };
    }
  }
}
