import { useState } from "react";

type Theme = "light" | "dark";

const key = "eventstream.theme";

/** What was chosen last; undefined follows the system. */
function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
    return undefined;
  }
}

const systems = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export function applyTheme(theme = chosen()): void {
  if (theme !== undefined) document.documentElement.dataset.theme = theme;
}

export function useTheme(): { readonly isDark: boolean; readonly toggle: () => void } {
  const [theme, setTheme] = useState<Theme>(() => chosen() ?? systems());
  const toggle = () => {
    const other = theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(key, other);
    } catch {
      // As above.
    }
    applyTheme(other);
    setTheme(other);
  };
  return { isDark: theme === "dark", toggle };
}
