import type { Settings } from '../../protocol/settings';

/** Why no suggestion comes by itself. */
export type Pause =
  /** The file is one of those that the writer has excluded. */
  | { readonly reason: 'excluded' }
  /** Until a time (ms since the epoch), or until the window is opened again. */
  | { readonly reason: 'snoozed'; readonly until: number | 'restart' }
  | { readonly reason: 'battery' }
  | { readonly reason: 'manual' };

/** How long suggestions can be snoozed: minutes, or until the window is opened again. */
export const SNOOZE_CHOICES = [5, 15, 60, 'restart'] as const;
export type SnoozeChoice = (typeof SNOOZE_CHOICES)[number];

export type Snooze = Extract<Pause, { reason: 'snoozed' }>;

export function snoozeFor(choice: SnoozeChoice, now: number): Snooze {
  return { reason: 'snoozed', until: choice === 'restart' ? choice : now + choice * 60_000 };
}

/** The first reason that holds. */
export function pauseOf(
  settings: Settings,
  state: { readonly excluded: boolean; readonly snooze: Snooze | undefined; readonly onBattery: boolean },
  now: number,
): Pause | undefined {
  if (state.excluded) return { reason: 'excluded' };
  if (state.snooze !== undefined && !isOver(state.snooze, now)) return state.snooze;
  if (state.onBattery) return { reason: 'battery' };
  return settings.triggerMode === 'manual' ? { reason: 'manual' } : undefined;
}

function isOver({ until }: Snooze, now: number): boolean {
  return until !== 'restart' && until <= now;
}

/** The settings as the sidecar is to have them: it knows of no pause, only of suggestions on request, and of none. */
export function paused(settings: Settings, pause: Pause | undefined): Settings {
  if (pause === undefined) return settings;
  return pause.reason === 'excluded' ? { ...settings, enabled: false } : { ...settings, triggerMode: 'manual' };
}
