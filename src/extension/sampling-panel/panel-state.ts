import type { PreviewedContinuation } from '../../protocol/preview';
import type { SamplingSettings } from '../../protocol/settings';
import type { SamplingName } from '../sampling-input';
import type { Preset } from '../sampling-presets';

/** What is shown of the continuations at the cursor. */
export type PreviewState =
  | { readonly kind: 'no-text' | 'excluded' | 'no-place' | 'starting' }
  | { readonly kind: 'problem'; readonly message: string }
  | {
      readonly kind: 'written';
      /** The end of the text that they continue. */
      readonly before: string;
      readonly continuations: readonly PreviewedContinuation[];
      /** Others are being written, with other sampling or for another place. */
      readonly outdated: boolean;
    };

/** What the panel shows. */
export interface PanelState {
  readonly sampling: SamplingSettings;
  readonly unsaved: boolean;
  /** Whether to save for this workspace alone; undefined when none is open. */
  readonly workspaceOnly: boolean | undefined;
  /** What is wrong with a value as it was typed. */
  readonly problems: Readonly<Partial<Record<SamplingName, string>>>;
  readonly preview: PreviewState;
}

/** What a control of the panel asks for; the webview sends these. */
export type PanelAction =
  | { readonly action: 'save' | 'discard' | 'defaults' | 'draw-again' }
  | { readonly action: 'preset'; readonly value: Preset }
  | { readonly action: 'set'; readonly name: SamplingName; readonly value: string }
  | { readonly action: 'fix-seed'; readonly value: number }
  | { readonly action: 'workspace-only'; readonly checked: boolean };
