import { useState, type ReactNode } from "react";
import { EventStore } from "../../src/react/index.js";
import type { EventFile } from "./event-file.js";
import { useOpenedFile } from "./opened-file.js";
import { StreamPage } from "./stream-page.js";

/** The events of a file, as those of a session are shown. */
export function FileView({ file, close }: { readonly file: EventFile; readonly close: () => void }): ReactNode {
  const [{ events, stats }] = useState(() => new EventStore(undefined, () => ({ initialEvents: file.events, maxEvents: Math.max(1, file.events.length) })).getSnapshot());
  const { problem } = useOpenedFile();
  return (
    <StreamPage
      name={file.name}
      events={events}
      stats={stats}
      title={
        <>
          <h1 className="file-name"><span className="visually-hidden">File </span><code>{file.name}</code></h1>
          <span className="state tone-warn">A file, not live</span>
        </>
      }
      actions={<button type="button" className="button" onClick={close}>Close file</button>}
      notices={
        <>
          {problem === undefined ? null : <p className="banner bad" role="alert">{problem}</p>}
          {file.leftOut > 0 ? <p className="banner" role="status">The file has more events than the page holds: the first {file.leftOut.toLocaleString("en")} are left out.</p> : null}
          {file.badLines > 0 ? <BadLines file={file} /> : null}
        </>
      }
    />
  );
}

function BadLines({ file: { badLines, faults } }: { readonly file: EventFile }): ReactNode {
  return (
    <details className="banner bad">
      <summary>{badLines.toLocaleString("en")} {badLines === 1 ? "line holds" : "lines hold"} no event</summary>
      <ol className="faults">
        {faults.map(({ line, reason }) => <li key={line}><strong>Line {line}</strong> {reason}</li>)}
      </ol>
      {badLines > faults.length ? <p className="hint">and {(badLines - faults.length).toLocaleString("en")} more</p> : null}
    </details>
  );
}
