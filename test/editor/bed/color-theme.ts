import type { Page } from 'playwright-core';

/** What the system asks for, and the class that the window then has. */
const THEMES = {
  light: { media: { colorScheme: 'light', forcedColors: 'none' }, className: 'vs' },
  dark: { media: { colorScheme: 'dark', forcedColors: 'none' }, className: 'vs-dark' },
  'high-contrast': { media: { colorScheme: 'dark', forcedColors: 'active' }, className: 'hc-black' },
} as const;

export type ColorTheme = keyof typeof THEMES;
export const COLOR_THEMES = Object.keys(THEMES) as readonly ColorTheme[];

/** Gives a window the colours that VS Code has for such a system, and waits until it has them. Windows open in light ones. */
export async function setColorTheme(page: Page, theme: ColorTheme): Promise<void> {
  const { media, className } = THEMES[theme];
  await page.emulateMedia(media);
  await page.locator(`.monaco-workbench.${className}`).waitFor();
}
