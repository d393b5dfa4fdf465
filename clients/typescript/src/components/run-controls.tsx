"use client";

import { useState, type FormEvent, type ReactNode } from "react";
import { type AgentEvent, type CommandOptions, initialRuns, reduceRuns, type Run } from "../index.js";
import { type RunCommands, useCommand, useReduced, useRunCommands } from "../react/index.js";
import { AskForm } from "./ask-form.js";
import { named } from "./describe.js";
import { classes, Empty, Failure } from "./parts.js";
import { useTexts } from "./texts.js";

export interface RunControlsProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  readonly sessionId: string;
  /** Which run to stop and steer; by default the newest that goes on, and while there is none an agent can be asked. */
  readonly runId?: string;
  /** Whom to ask; by default the reader says it. */
  readonly agent?: string;
  /** What the reader's text is as the input of a run; by default the text. When it throws, the error is shown. */
  readonly toInput?: (text: string) => unknown;
  /** Who asks, where the server doesn't know that by itself. */
  readonly requestedBy?: string;
  /** How commands reach the server, beside what an EventStreamProvider says. */
  readonly options?: CommandOptions;
  readonly label?: string;
  readonly className?: string;
}

/** Asks an agent for a run, steers the run and stops it. */
export function RunControls({ events, sessionId, runId, agent, toInput = (text) => text, requestedBy, options, label, className }: RunControlsProps): ReactNode {
  const texts = useTexts();
  const { runs } = useReduced(reduceRuns, initialRuns, events);
  const commands = useRunCommands(sessionId, options);
  const own = runs.filter((run) => run.sessionId === sessionId);
  const run = own.findLast((each) => (runId === undefined ? each.endedAt === undefined : each.id === runId));
  const agents = [...new Set(own.flatMap((each) => each.agent ?? []))];
  return (
    <section className={classes("es es-controls", className)} aria-label={label ?? texts.controls}>
      {run !== undefined && run.endedAt === undefined ? (
        <RunActions key={run.id} run={run} commands={commands} requestedBy={requestedBy} />
      ) : runId === undefined ? (
        <AskForm ask={commands.ask} agent={agent} agents={agents} requestedBy={requestedBy} toInput={toInput} />
      ) : (
        <Empty>{run === undefined ? texts.unknownRun : texts.endedRun}</Empty>
      )}
    </section>
  );
}

interface RunActionsProps {
  readonly run: Run;
  readonly commands: RunCommands;
  readonly requestedBy?: string | undefined;
}

/** Steers a run that goes on, and stops it. */
function RunActions({ run, commands, requestedBy }: RunActionsProps): ReactNode {
  return (
    <SteerForm run={run} steer={commands.steer} requestedBy={requestedBy}>
      <StopButton run={run} stop={commands.stop} requestedBy={requestedBy} />
    </SteerForm>
  );
}

interface SteerFormProps {
  readonly run: Run;
  readonly steer: RunCommands["steer"];
  readonly requestedBy?: string | undefined;
  readonly children?: ReactNode;
}

/** Tells a run what to mind. */
export function SteerForm({ run, steer, requestedBy, children }: SteerFormProps): ReactNode {
  const texts = useTexts();
  const [text, setText] = useState("");
  const { send, isSending, error } = useCommand(() => steer(run.id, text, { ...named(run), ...(requestedBy === undefined ? {} : { requestedBy }) }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if ((await send()) !== undefined) setText("");
  };
  return (
    <form className="es-form" onSubmit={(event) => void submit(event)}>
      <div className="es-buttons">
        <input className="es-input" aria-label={texts.steer(run.agent ?? run.id)} placeholder={texts.steerHint} value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="es-button" disabled={isSending || text.trim() === ""}>{texts.send}</button>
        {children}
      </div>
      <Failure error={error} />
    </form>
  );
}

interface StopButtonProps {
  readonly run: Run;
  readonly stop: RunCommands["stop"];
  readonly requestedBy?: string | undefined;
  readonly className?: string;
}

/** Asks a run to stop, once: it goes on until its end is told. */
export function StopButton({ run, stop, requestedBy, className }: StopButtonProps): ReactNode {
  const texts = useTexts();
  const [isSent, setSent] = useState(false);
  const { send, isSending, error } = useCommand(() => stop(run.id, { ...named(run), ...(requestedBy === undefined ? {} : { requestedBy }) }));
  const isAsked = run.isStopAsked || isSent;
  const click = async () => {
    if ((await send()) !== undefined) setSent(true);
  };
  return (
    <>
      <button type="button" className={classes("es-button es-stop", className)} aria-label={(isAsked ? texts.stoppingAgent : texts.stopAgent)(run.agent ?? run.id)} disabled={isSending || isAsked} onClick={() => void click()}>
        {isAsked ? texts.stopping : texts.stop}
      </button>
      <Failure error={error} />
    </>
  );
}
