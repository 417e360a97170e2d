import { describe, expect, it } from 'vitest';
import { placeInWorkspace, placeToWrite } from '../../../src/extension/setting-place';

describe('placeToWrite', () => {
  it("is the user's settings where nothing is set", () => {
    expect(placeToWrite({})).toEqual({ level: 'global', forLanguage: false });
  });

  it('is the narrowest level that sets the value', () => {
    expect(placeToWrite({ globalValue: 1, workspaceValue: 2 })).toEqual({ level: 'workspace', forLanguage: false });
    expect(placeToWrite({ workspaceValue: 1, workspaceFolderValue: 2 })).toEqual({
      level: 'folder',
      forLanguage: false,
    });
  });

  it("is a language's block before anything else, because its value wins", () => {
    expect(placeToWrite({ workspaceValue: 1, globalLanguageValue: 2 })).toEqual({ level: 'global', forLanguage: true });
  });

  it('counts null and false as set', () => {
    expect(placeToWrite({ workspaceValue: null })).toEqual({ level: 'workspace', forLanguage: false });
    expect(placeToWrite({ workspaceValue: false })).toEqual({ level: 'workspace', forLanguage: false });
  });
});

describe('placeInWorkspace', () => {
  it.each([
    ['nothing is set', {}, { level: 'workspace', forLanguage: false }],
    ['the user has set it', { globalValue: 1 }, { level: 'workspace', forLanguage: false }],
    ['the user has set it for a language', { globalLanguageValue: 1 }, { level: 'workspace', forLanguage: true }],
    ['the folder has', { workspaceFolderValue: 1 }, { level: 'folder', forLanguage: false }],
  ] as const)('where %s', (_, defined, place) => {
    expect(placeInWorkspace(defined)).toEqual(place);
  });
});
