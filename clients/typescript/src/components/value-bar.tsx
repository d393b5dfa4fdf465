"use client";

import { useState, type KeyboardEvent, type ReactNode } from "react";
import { copyText } from "./copy-text.js";
import { maxHits } from "./json-search.js";
import { useTexts } from "./texts.js";
import type { Hits } from "./use-hits.js";

interface ValueBarProps {
  readonly heading: string | undefined;
  readonly label: string;
  /** Missing where there is little to search in. */
  readonly search: Hits | undefined;
  readonly copy: () => string;
  readonly copyPath?: (() => string) | undefined;
  readonly isRaw: boolean;
  readonly setRaw: ((isRaw: boolean) => void) | undefined;
}

/** What can be done with a value: search in it, copy it, see it as it came. */
export function ValueBar({ heading, label, search, copy, copyPath, isRaw, setRaw }: ValueBarProps): ReactNode {
  const texts = useTexts();
  const [said, setSaid] = useState("");
  const copied = async (text: string) => {
    setSaid("");
    setSaid((await copyText(text)) ? texts.copied : texts.notCopied);
  };
  return (
    <div className="es-value-bar" role="group" aria-label={label}>
      {heading === undefined ? null : <h4 className="es-label">{heading}</h4>}
      {search === undefined ? null : <Search search={search} />}
      <span className="es-muted es-said" role="status">{said}</span>
      {setRaw === undefined ? null : <button type="button" className="es-button es-small" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>{texts.raw}</button>}
      {copyPath === undefined ? null : <button type="button" className="es-button es-small" onClick={() => void copied(copyPath())}>{texts.copyPath}</button>}
      <button type="button" className="es-button es-small" onClick={() => void copied(copy())}>{texts.copy}</button>
    </div>
  );
}

function Search({ search: { query, setQuery, hits, at, step } }: { readonly search: Hits }): ReactNode {
  const texts = useTexts();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && query !== "") setQuery("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input className="es-input es-small" type="search" aria-label={texts.search} placeholder={texts.search} value={query} dir="auto" onChange={(event) => setQuery(event.target.value)} onKeyDown={onKeyDown} />
      <span className="es-muted es-number" role="status">{query === "" ? "" : hits.length === 0 ? texts.noHits : texts.hits(at + 1, hits.length, hits.length === maxHits)}</span>
      {query === "" ? null : (
        <>
          <button type="button" className="es-button es-small" disabled={hits.length === 0} aria-label={texts.previousHit} onClick={() => step(-1)}>↑</button>
          <button type="button" className="es-button es-small" disabled={hits.length === 0} aria-label={texts.nextHit} onClick={() => step(1)}>↓</button>
        </>
      )}
    </>
  );
}
