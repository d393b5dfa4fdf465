import { useEffect, useRef, useState, type ReactNode } from "react";
import { openFile, useOpenedFile } from "./opened-file.js";

/** Chooses a file of events. */
export function FilePicker({ missing }: { readonly missing: string | undefined }): ReactNode {
  const { isReading, problem } = useOpenedFile();
  const input = useRef<HTMLInputElement>(null);
  return (
    <section className="card" aria-label="File">
      <div>
        <h2>Look at a file</h2>
        <p>An exported session, or canonical events, a line of JSON each. Choose it, or drop it anywhere here; it stays in this tab.</p>
        {missing === undefined || isReading || problem !== undefined ? null : <p className="hint bad" role="alert">{missing} isn't open in this tab any more; choose it again.</p>}
        {problem === undefined ? null : <p className="hint bad" role="alert">{problem}</p>}
      </div>
      <input ref={input} className="visually-hidden" type="file" accept=".jsonl,.ndjson,.json,.txt,application/x-ndjson" aria-label="File of events" tabIndex={-1} onChange={(event) => {
        const [file] = event.target.files ?? [];
        // The same file may be chosen again.
        event.target.value = "";
        if (file !== undefined) void openFile(file);
      }} />
      <button type="button" className="button" disabled={isReading} onClick={() => input.current?.click()}>{isReading ? "Reading…" : "Open file"}</button>
    </section>
  );
}

/** Takes a file that is dropped on the page. */
export function FileDrop(): ReactNode {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const onOver = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (!hasFile(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      if (file !== undefined) void openFile(file);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
    };
  }, []);
  return isOver ? <div className="drop" aria-hidden="true">Drop the file to look at its events</div> : null;
}
