import { useState, type FormEvent, type ReactNode } from "react";
import { isObject } from "../../src/shape.js";
import { parseJson } from "../../src/wire.js";
import { examples } from "./examples.generated.js";
import { groupOf, groups } from "./filter.js";
import { publish, type NewEvent, type Outcome, type Receipt } from "./server.js";
import { useModal } from "./use-modal.js";

interface PublishDialogProps {
  readonly sessionId: string;
  readonly server: string | undefined;
  readonly onPublished: () => void;
  readonly close: () => void;
}

const first = "agent_message_delta";
const own = "(a type of your own)";
const exampleOf = (type: string): string => JSON.stringify(examples[type] ?? { text: "any payload that is an object" }, undefined, 2);

/** Publishes an event of any type, beginning with an example. */
export function PublishDialog({ sessionId, server, onPublished, close }: PublishDialogProps): ReactNode {
  const dialog = useModal();
  const [type, setType] = useState(first);
  const [ownType, setOwnType] = useState("deployment_note");
  const [runId, setRunId] = useState("");
  const [payload, setPayload] = useState(() => exampleOf(first));
  const [outcome, setOutcome] = useState<Outcome<Receipt>>();
  const [isBusy, setBusy] = useState(false);

  const chooseType = (chosen: string) => {
    setType(chosen);
    setPayload(exampleOf(chosen));
    setOutcome(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = parsed(payload);
    if (!read.isOk) return setOutcome(read);
    setBusy(true);
    const envelope: NewEvent = { type: type === own ? ownType : type, payload: read.value, ...(runId.trim() === "" ? {} : { run_id: runId.trim() }) };
    const answer = await publish(server, sessionId, envelope);
    setOutcome(answer);
    setBusy(false);
    if (answer.isOk) onPublished();
  };

  return (
    <dialog ref={dialog} className="publish" aria-labelledby="publish-title" onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="publish-title">
          Publish to <code>{sessionId}</code>
        </h2>
        <label>
          Type
          <select value={type} onChange={(event) => chooseType(event.target.value)}>
            {groups.map((group) => (
              <optgroup key={group} label={group}>
                {Object.keys(examples).filter((each) => groupOf(each) === group).map((each) => <option key={each}>{each}</option>)}
              </optgroup>
            ))}
            <option>{own}</option>
          </select>
        </label>
        {type === own ? (
          <label>
            Name of the type
            <input value={ownType} onChange={(event) => setOwnType(event.target.value)} spellCheck={false} />
          </label>
        ) : null}
        <label>
          <span>
            Run <span className="hint">may stay empty</span>
          </span>
          <input value={runId} onChange={(event) => setRunId(event.target.value)} spellCheck={false} placeholder="run_1" />
        </label>
        <label>
          <span>
            Payload <span className="hint">a JSON object</span>
          </span>
          <textarea rows={9} value={payload} onChange={(event) => setPayload(event.target.value)} spellCheck={false} aria-describedby="publish-outcome" />
        </label>
        <p id="publish-outcome" className={`outcome${outcome?.isOk === false ? " bad" : ""}`} role="status">
          {outcome === undefined ? "" : outcome.isOk ? `Stored as ${outcome.value.id ?? outcome.value.event_id}.` : outcome.words}
        </p>
        <div className="buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>Close</button>
          <button type="submit" className="button primary" disabled={isBusy}>Publish</button>
        </div>
      </form>
    </dialog>
  );
}

function parsed(text: string): Outcome<NewEvent["payload"]> {
  try {
    const value = parseJson(text);
    return isObject(value) ? { isOk: true, value } : { isOk: false, words: "A payload is a JSON object: it begins with { and ends with }." };
  } catch (error) {
    return { isOk: false, words: `The payload is no JSON: ${(error as Error).message}` };
  }
}
