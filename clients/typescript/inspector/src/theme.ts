import { useEffect, useState } from "react";

type Theme = "light" | "dark";

const key = "eventstream.theme";

/** The last choice; undefined follows the system. */
function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
    return undefined;
  }
}

const darkSystem = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(theme = chosen()): void {
  if (theme !== undefined) document.documentElement.dataset.theme = theme;
}

export function useTheme(): { readonly isDark: boolean; readonly toggle: () => void } {
  const [own, setOwn] = useState(chosen);
  const [isSystemDark, setSystemDark] = useState(() => darkSystem().matches);
  useEffect(() => {
    const query = darkSystem();
    const onChange = () => setSystemDark(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  const isDark = own === undefined ? isSystemDark : own === "dark";
  const toggle = () => {
    const other = isDark ? "light" : "dark";
    try {
      localStorage.setItem(key, other);
    } catch {
      // As above.
    }
    applyTheme(other);
    setOwn(other);
  };
  return { isDark, toggle };
}
