const KEY = 'posthorn.theme';

/** What the person chose: `light`, `dark`, or `auto` for what the system says. */
export const readTheme = (): string => localStorage.getItem(KEY) ?? 'auto';

const show = (theme: string): void => {
  document.documentElement.dataset['theme'] = theme;
  // Charts draw on a canvas, which does not follow the style sheet by itself.
  globalThis.dispatchEvent(new Event('posthorn-theme'));
};

export const setTheme = (theme: string): void => {
  localStorage.setItem(KEY, theme);
  show(theme);
};

/** To be called before anything is drawn. */
export const startTheme = (): void => show(readTheme());
