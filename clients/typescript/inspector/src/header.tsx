import type { ReactNode } from "react";
import { ask, useAccess } from "./access.js";
import { useTheme } from "./theme.js";
import { KeyIcon, MoonIcon, SunIcon } from "./icons.js";
import { home } from "./place.js";

/** The top of the page: its name, the session that it shows, and the actions. */
export function Header({ children, actions, help }: { readonly children?: ReactNode; readonly actions?: ReactNode; readonly help?: () => void }): ReactNode {
  const { isDark, toggle } = useTheme();
  const { credential, refusal } = useAccess();
  return (
    <header className="top">
      <a className="brand" aria-label="EventStream, all sessions" href={`${home()}/${location.search.includes("server=http") ? location.search : ""}`}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M7 11h10M7 16h18M7 21h13" />
          <circle cx="22" cy="11" r="2.2" />
        </svg>
        <span>EventStream</span>
      </a>
      {children}
      <div className="actions">
        {actions}
        {credential === undefined && refusal === undefined ? null : (
          <button type="button" className="button icon key" aria-label="Key" title="Key" onClick={ask}>
            <KeyIcon />
          </button>
        )}
        {help === undefined ? null : <button type="button" className="button icon" aria-label="Keys and settings" title="Keys and settings" onClick={help}>?</button>}
        <button type="button" className="button icon" aria-pressed={isDark} aria-label="Dark mode" title="Dark mode" onClick={toggle}>
          {isDark ? <SunIcon /> : <MoonIcon />}
        </button>
      </div>
    </header>
  );
}
