import type { ReactNode } from "react";
import { choose, useSettings } from "./settings.js";
import { useModal } from "./use-modal.js";

const keys = [
  ["/", "Search"],
  ["e", "Next error, with Shift the one before"],
  ["j  k", "Next and previous row of the trace or the frames"],
  ["←  →", "In the trace: fold and unfold, or go up and down in the tree"],
  ["t", "Next tab"],
  ["p", "Pause, and resume"],
  ["?", "These keys"],
  ["Esc", "Close what is on top"],
] as const;

/** What the keyboard does, and what a reader chooses for all pages. */
export function HelpDialog({ close }: { readonly close: () => void }): ReactNode {
  const dialog = useModal();
  const { isLocalTime, hasKeys } = useSettings();
  return (
    <dialog ref={dialog} className="publish" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl className="keys">
        {keys.map(([key, act]) => (
          <div key={key}>
            <dt>{key.split("  ").map((each) => <kbd key={each}>{each}</kbd>)}</dt>
            <dd>{act}</dd>
          </div>
        ))}
      </dl>
      <label className="setting">
        <input type="checkbox" checked={hasKeys} onChange={(event) => choose({ hasKeys: event.target.checked })} /> Single keys act; arrows, Tab and Enter always do
      </label>
      <label className="setting">
        <input type="checkbox" checked={isLocalTime} onChange={(event) => choose({ isLocalTime: event.target.checked })} /> Times are local, not UTC
      </label>
      <p className="hint">The address holds the tab, the filter, the zoom and what is chosen: a copy of it leads to the same.</p>
      <div className="buttons">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
    </dialog>
  );
}
