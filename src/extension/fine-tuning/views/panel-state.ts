import type { MeasuredStep, Method } from '../../../protocol/training';
import type { Comparison } from '../comparison';
import type { PresetId } from '../presets';
import type { Progress, Verdict } from '../progress';
import type { RunPhase } from '../run-phase';
import type { Survey } from '../survey';

/** What a step costs here: being measured, known, or not to be had. */
export type Measurement =
  | { readonly kind: 'measuring' }
  | { readonly kind: 'measured'; readonly step: MeasuredStep }
  | { readonly kind: 'failed'; readonly message: string };

/** A run of this workspace that was interrupted or paused. */
export interface Interrupted {
  readonly name: string;
  readonly preset: PresetId;
  /** The step of its last checkpoint. */
  readonly step: number;
  readonly begun: string;
}

/** A result that has learnt some of the chosen files already. */
export interface KnownResult {
  readonly name: string;
  readonly learnt: number;
  readonly fresh: number;
}

/** What the panel shows. */
export type PanelState =
  | { readonly kind: 'reading'; readonly read: number; readonly total: number }
  | { readonly kind: 'problem'; readonly message: string }
  | {
      readonly kind: 'survey';
      readonly survey: Survey;
      /** How the model is trained: all of it, or matrices beside it. */
      readonly method: Method;
      readonly preset: PresetId;
      readonly measurement: Measurement;
      readonly model: string;
      /** The folder that results go to. */
      readonly results: string;
      readonly interrupted?: Interrupted;
      /** The name of the result that is taught further: what it has learnt is left out. */
      readonly continues?: string;
      readonly continuable?: KnownResult;
      /** Why the last attempt to start did not succeed. */
      readonly problem?: string;
    }
  | {
      readonly kind: 'running';
      readonly preset: PresetId;
      readonly progress: Progress;
      readonly phase: RunPhase;
    }
  | {
      readonly kind: 'finished';
      /** As the user knows the result. */
      readonly name: string;
      readonly progress: Progress;
      readonly steps: number;
      readonly verdict: Verdict;
      readonly method: Method;
      /** Where it lies. */
      readonly adapter: string;
      /** Whether this workspace uses the result. */
      readonly inUse: boolean;
      readonly comparison: Comparison;
    };

/** What a button or a field of the panel asks for; the webview sends these. */
export type PanelAction =
  | { readonly action: 'read-again' | 'start' | 'resume' | 'discard' | 'pause' | 'finish' | 'cancel' }
  | { readonly action: 'use' | 'go-back' | 'continue' }
  | { readonly action: 'choose'; readonly value: string; readonly checked: boolean }
  | { readonly action: 'preset'; readonly value: PresetId }
  /** `value` is a text that both models are to continue. */
  | { readonly action: 'compare'; readonly value: string };
