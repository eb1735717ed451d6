import { useEffect, useState } from 'preact/hooks';

export type Theme = 'auto' | 'light' | 'dark';

export const nextTheme: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };

const kept = 'pipe-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** What is chosen, kept for the next visit, and which colours that makes now. */
export function useTheme() {
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem(kept) as Theme | null) ?? 'auto');
  const [system, setSystem] = useState(dark.matches);
  useEffect(() => {
    const changed = () => setSystem(dark.matches);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  const colours = theme === 'auto' ? (system ? 'dark' : 'light') : theme;
  // Before the charts ask for their colours.
  document.documentElement.dataset.theme = colours;
  useEffect(() => localStorage.setItem(kept, theme), [theme]);
  return { theme, colours, setTheme };
}
