/** The part of what `WorkspaceConfiguration.inspect` returns that tells where a setting is defined. */
export interface DefinedValues {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
  readonly globalLanguageValue?: unknown;
  readonly workspaceLanguageValue?: unknown;
  readonly workspaceFolderLanguageValue?: unknown;
}

/** A place in the user's settings files. */
export interface SettingPlace {
  readonly level: 'folder' | 'workspace' | 'global';
  /** Whether the value stands in a language's block (`"[markdown]": {…}`). */
  readonly forLanguage: boolean;
}

/** The place whose value wins at present: a language's value beats any other, then the narrower level. */
export function placeToWrite(defined: DefinedValues): SettingPlace {
  if (defined.workspaceFolderLanguageValue !== undefined) return { level: 'folder', forLanguage: true };
  if (defined.workspaceLanguageValue !== undefined) return { level: 'workspace', forLanguage: true };
  if (defined.globalLanguageValue !== undefined) return { level: 'global', forLanguage: true };
  if (defined.workspaceFolderValue !== undefined) return { level: 'folder', forLanguage: false };
  if (defined.workspaceValue !== undefined) return { level: 'workspace', forLanguage: false };
  return { level: 'global', forLanguage: false };
}

/** The same place, but no wider than the workspace. */
export function placeInWorkspace(defined: DefinedValues): SettingPlace {
  const place = placeToWrite(defined);
  return place.level === 'global' ? { ...place, level: 'workspace' } : place;
}
