import { useState, type ReactNode } from "react";
import type { AskedRun } from "../../src/index.js";
import { AskForm } from "../../src/components/ask-form.js";
import { useRunCommands } from "../../src/react/index.js";
import { parseJson } from "../../src/wire.js";
import { commandOptions } from "./server.js";
import { useModal } from "./use-modal.js";

interface RunDialogProps {
  readonly sessionId: string;
  readonly server: string | undefined;
  readonly onAsked: () => void;
  readonly close: () => void;
}

const place = "eventstream.agent";

/** Asks an agent for a run in this session. */
export function RunDialog({ sessionId, server, onAsked, close }: RunDialogProps): ReactNode {
  const dialog = useModal();
  const [words, setWords] = useState("");
  const { ask } = useRunCommands(sessionId, commandOptions(server));
  const asked = ({ agent, listeners, id }: AskedRun) => {
    remember(agent);
    onAsked();
    // The run is seen in the page; only that nobody hears it isn't.
    if (listeners > 0 || id == null) dialog.current?.close();
    else setWords(`No worker of ${agent} listens at the moment. The run waits for one, and fails as unclaimed when none comes in time.`);
  };
  return (
    <dialog ref={dialog} className="publish" aria-labelledby="run-title" onClose={close}>
      <h2 id="run-title">
        Run an agent in <code>{sessionId}</code>
      </h2>
      <div className="es">
        <AskForm
          ask={ask}
          initialAgent={remembered()}
          toInput={inputOf}
          inputLabel={<>Input <span className="hint">text, or JSON; may stay empty</span></>}
          onAsked={asked}
        >
          <button type="button" className="es-button" onClick={() => dialog.current?.close()}>Close</button>
        </AskForm>
      </div>
      <p className="outcome warn" role="status">{words}</p>
    </dialog>
  );
}

/** What begins like an object, a list or a text of JSON is one; all else is text, such as a question. */
export function inputOf(text: string): unknown {
  const given = text.trim();
  if (!/^[{["]/.test(given)) return given;
  try {
    return parseJson(given);
  } catch (error) {
    if (given.startsWith('"')) return given;
    throw new Error(`The input begins like JSON, and is none: ${(error as Error).message}`, { cause: error });
  }
}

function remembered(): string {
  try {
    return localStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

function remember(agent: string): void {
  try {
    localStorage.setItem(place, agent);
  } catch {
    // Storage is switched off: the name is typed again.
  }
}
