import type { FoundBase } from '../../protocol/made-models';
import type { ModelIdentity } from '../../protocol/status';
import type { StoredRun } from './run-store';

/** Whether the base model of a result is there; `unknown` until that was looked up. */
export type BaseState = { readonly kind: 'unknown' } | FoundBase;

/** What a run of fine-tuning has made, as the list shows it. */
export interface MadeModel {
  readonly run: StoredRun;
  readonly base: BaseState;
  /** Whether this workspace uses it. */
  readonly inUse: boolean;
}

/** A base model and what was made of it, the newest first. */
export interface BaseModel {
  readonly model: ModelIdentity;
  /** Whether it comes with the extension. */
  readonly builtIn: boolean;
  /** Whether this workspace uses it as it is. */
  readonly inUse: boolean;
  /** Nothing that was made of it finds it any more. */
  readonly lost: boolean;
  readonly made: readonly MadeModel[];
}

/** A base model as a line of a list. */
export class BaseNode {
  constructor(readonly base: BaseModel) {}
}

/** What was made, as a line of a list. */
export class MadeNode {
  constructor(readonly made: MadeModel) {}
}

export type ModelNode = BaseNode | MadeNode;

/** What decides how models are listed. */
export interface Surroundings {
  readonly builtIn: ModelIdentity;
  /** The base model that the settings ask for. */
  readonly chosen: ModelIdentity;
  /** The adapter that the settings ask for. */
  readonly adapter: string | undefined;
  /** Base models by the run's id, as far as they were looked up. */
  readonly bases: ReadonlyMap<string, FoundBase>;
}

/** Results under their base models: the one in the settings first, then the extension's own, then the others. */
export function modelList(finished: readonly StoredRun[], surroundings: Surroundings): BaseModel[] {
  const { builtIn, chosen, adapter, bases } = surroundings;
  const made = finished.map((run): MadeModel => {
    const base = bases.get(run.id) ?? { kind: 'unknown' };
    return { run, base, inUse: run.folders.adapter === adapter };
  });
  const folders = new Map([chosen, builtIn].map((model) => [model.folder, model]));
  for (const { run, base } of made) {
    const folder = baseFolder(run, base);
    if (!folders.has(folder)) folders.set(folder, { name: nameOf(folder), folder });
  }
  return [...folders.values()].map((model) => {
    const ofIt = made.filter(({ run, base }) => baseFolder(run, base) === model.folder);
    const known = model.folder === chosen.folder || model.folder === builtIn.folder;
    return {
      model,
      builtIn: model.folder === builtIn.folder,
      inUse: model.folder === chosen.folder && adapter === undefined,
      lost: !known && !ofIt.some(({ base }) => base.kind === 'found' || base.kind === 'unknown'),
      made: ofIt,
    };
  });
}

/** Where the base model lies, or lay when the adapter was trained. */
export function baseFolder({ record }: StoredRun, base: BaseState): string {
  return base.kind === 'found' ? base.model : record.model;
}

/** Whether it can be used, as far as that is known. */
export function isUsable({ base }: MadeModel): boolean {
  return base.kind === 'found' || base.kind === 'unknown';
}

/** Folders may be written as another system writes them. */
export function nameOf(folder: string): string {
  return /[^/\\]+(?=[/\\]*$)/.exec(folder)?.[0] ?? folder;
}

/** A name for what continues `name`, which none of the others has: 短編集, 短編集 2, 短編集 3. */
export function nameOfContinuation(name: string, others: readonly string[]): string {
  const [, stem = name, number = '1'] = /^(.*?) (\d{1,4})$/.exec(name) ?? [];
  for (let next = Number(number) + 1; ; next++) {
    const candidate = `${stem} ${next}`;
    if (!others.includes(candidate)) return candidate;
  }
}
