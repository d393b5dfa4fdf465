"use client";

import { useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { newRunId, type AskedRun } from "../index.js";
import { useCommand, type RunCommands } from "../react/index.js";
import { Failure } from "./parts.js";
import { useTexts } from "./texts.js";

interface AskFormProps {
  readonly ask: RunCommands["ask"];
  /** Whom to ask; by default the reader says it. */
  readonly agent?: string | undefined;
  /** The agent that the field holds at first, and others to choose from. */
  readonly initialAgent?: string;
  readonly agents?: readonly string[];
  readonly requestedBy?: string | undefined;
  /** What the text of the reader is as the run's input. */
  readonly toInput: (text: string) => unknown;
  readonly inputLabel?: ReactNode;
  readonly onAsked?: (run: AskedRun) => void;
  /** Buttons beside the one that asks. */
  readonly children?: ReactNode;
}

/** Asks an agent for a run. */
export function AskForm({ ask, agent, initialAgent = "", agents = [], requestedBy, toInput, inputLabel, onAsked, children }: AskFormProps): ReactNode {
  const texts = useTexts();
  const [named, setNamed] = useState(initialAgent);
  const [text, setText] = useState("");
  const attempt = useRef({ what: "", runId: "" });
  const list = useId();
  const whom = agent ?? named.trim();
  const { send, isSending, error } = useCommand(async () => {
    if (whom === "") throw new Error(texts.agentIsMissing);
    // The same request once more, after a failure, is for the same run: the first one may have been taken.
    const what = `${whom} ${text}`;
    if (attempt.current.what !== what) attempt.current = { what, runId: newRunId() };
    const { runId } = attempt.current;
    return ask(whom, { runId, ...(text.trim() === "" ? {} : { input: toInput(text) }), ...(requestedBy === undefined ? {} : { requestedBy }) });
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const run = await send();
    if (run === undefined) return;
    attempt.current = { what: "", runId: "" };
    setText("");
    onAsked?.(run);
  };
  return (
    <form className="es-form" onSubmit={(event) => void submit(event)}>
      {agent === undefined ? (
        <label className="es-field">
          <span className="es-label">{texts.agent}</span>
          <input className="es-input" value={named} onChange={(event) => setNamed(event.target.value)} list={list} spellCheck={false} autoCapitalize="none" autoComplete="off" />
          <datalist id={list}>
            {agents.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </label>
      ) : null}
      <label className="es-field">
        <span className="es-label">{inputLabel ?? texts.whatToDo}</span>
        <textarea className="es-input" rows={3} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <Failure error={error} />
      <div className="es-buttons">
        {children}
        <button type="submit" className="es-button es-primary" disabled={isSending}>{texts.ask}</button>
      </div>
    </form>
  );
}
