import { useState, type FormEvent, type ReactNode } from "react";
import { dismiss, give, isTicket, useAccess } from "./access.js";
import { checkCredential } from "./server.js";
import { useModal } from "./use-modal.js";

/** Asks for what lets this tab in. */
export function AccessDialog(): ReactNode {
  const { isAsking } = useAccess();
  return isAsking ? <Form /> : null;
}

function Form(): ReactNode {
  const dialog = useModal();
  const { credential, refusal } = useAccess();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = text.trim().replace(/^Bearer\s+/i, "");
    if (!/^[!-~]+$/.test(given)) return setProblem(given === "" ? "Give a key, a token or a ticket." : "A key, token or ticket has no blanks and no other characters than those of ASCII.");
    setBusy(true);
    // A ticket may count once only.
    const wrong = isTicket(given) ? undefined : await checkCredential(given);
    setBusy(false);
    if (wrong === undefined) give(given);
    else setProblem(wrong);
  };

  // The first refusal says what a program has to send.
  const words = problem ?? (credential === undefined ? undefined : refusal);
  return (
    <dialog ref={dialog} className="publish" aria-labelledby="access-title" onClose={dismiss}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="access-title">{credential === undefined ? "This server asks who you are" : "Watch with another key"}</h2>
        <label>
          Key, token or ticket
          <input type="password" value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" spellCheck={false} autoFocus aria-invalid={problem !== undefined} aria-describedby="access-words access-hint" />
        </label>
        <p id="access-words" className="outcome bad" role="status">{words ?? ""}</p>
        <p id="access-hint" className="hint">
          It stays in this tab until you close it. Streams get tickets that are made with it.
        </p>
        <div className="buttons">
          {credential === undefined ? null : <button type="button" className="button" onClick={() => give(undefined)}>Forget it</button>}
          <button type="button" className="button" onClick={() => dialog.current?.close()}>Close</button>
          <button type="submit" className="button primary" disabled={isBusy}>Watch</button>
        </div>
      </form>
    </dialog>
  );
}
