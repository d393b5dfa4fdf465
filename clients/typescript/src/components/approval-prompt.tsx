"use client";

import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from "react";
import { type AgentEvent, type Approval, type CommandOptions, initialApprovals, reduceApprovals } from "../index.js";
import { type RunCommands, useCommand, useReduced, useRunCommands } from "../react/index.js";
import { lineOf, named } from "./describe.js";
import { JsonView } from "./json-view.js";
import { Badge, classes, Details, Empty, Failure } from "./parts.js";
import { useTexts } from "./texts.js";

export interface ApprovalPromptProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  readonly sessionId: string;
  /** Only the questions of this run. */
  readonly runId?: string;
  /** Who answers, where the server doesn't know that by itself. */
  readonly answeredBy?: string;
  /** How many answered questions of runs that go on are shown too; by default 3. */
  readonly answered?: number;
  /** Shows the questions without buttons, such as for a recording. */
  readonly readOnly?: boolean;
  /** How answers reach the server, beside what an EventStreamProvider says. */
  readonly options?: CommandOptions;
  readonly label?: string;
  readonly className?: string;
}

/** The questions of agents whether they may call a tool, each with two buttons, and who answered. */
export function ApprovalPrompt({ events, sessionId, runId, answeredBy, answered = 3, readOnly = false, options, label, className }: ApprovalPromptProps): ReactNode {
  const texts = useTexts();
  const { approvals } = useReduced(reduceApprovals, initialApprovals, events);
  const { answer } = useRunCommands(sessionId, options);
  // The run may end before the server says that an answer came too late; then the reader is told, and dismisses it.
  const [kept, setKept] = useState<readonly string[]>([]);
  const keep = useCallback((id: string, isKept: boolean) => setKept((ids) => [...ids.filter((each) => each !== id), ...(isKept ? [id] : [])]), []);
  const own = approvals.filter((each) => each.sessionId === sessionId && (runId === undefined || each.runId === runId));
  const recent = own.filter((each) => each.status !== "pending" && !each.isRunEnded).slice(-Math.max(1, answered));
  const shown = own.filter((each) => each.status === "pending" || kept.includes(each.id) || (answered > 0 && recent.includes(each)));
  const pending = shown.filter((each) => each.status === "pending").length;
  return (
    <section className={classes("es es-approvals", className)} aria-label={label ?? texts.approvals}>
      <p className="es-approvals-count" role="status">
        {pending === 0 ? "" : texts.questionsWait(pending)}
      </p>
      {shown.length === 0 ? <Empty>{texts.noQuestions}</Empty> : null}
      {shown.map((approval) => (
        <Question key={`${approval.id} ${approval.askedAt}`} approval={approval} answer={answer} answeredBy={answeredBy} readOnly={readOnly} isKept={kept.includes(approval.id)} keep={keep} />
      ))}
    </section>
  );
}

interface QuestionProps {
  readonly approval: Approval;
  readonly answer: RunCommands["answer"];
  readonly answeredBy: string | undefined;
  readonly readOnly: boolean;
  readonly isKept: boolean;
  readonly keep: (id: string, isKept: boolean) => void;
}

function Question({ approval, answer, answeredBy, readOnly, isKept, keep }: QuestionProps): ReactNode {
  const { id, status, agent, toolName, args, reason } = approval;
  const texts = useTexts();
  const title = useId();
  const [why, setWhy] = useState("");
  const [isSent, setSent] = useState(false);
  const { send, isSending, error } = useCommand((approved: boolean) => answer(approval, approved, { ...named(approval), ...(why.trim() === "" ? {} : { reason: why.trim() }), ...(answeredBy === undefined ? {} : { answeredBy }) }));
  const act = async (approved: boolean) => {
    keep(id, true);
    if ((await send(approved)) === undefined) return;
    setSent(true);
    keep(id, false);
  };
  const isBusy = isSending || isSent;
  const tool = toolName ?? texts.aTool;
  return (
    <div className="es-approval" role="group" aria-labelledby={title}>
      <p className="es-approval-title" id={title}>
        <Badge status={status} /> <span>{(status === "pending" ? texts.asksToCall : texts.askedToCall)(<strong>{agent ?? texts.anAgent}</strong>, <code>{tool}</code>)}</span>
      </p>
      {reason === undefined ? null : <p className="es-text" dir="auto">{reason}</p>}
      {args === undefined || Object.keys(args).length === 0 ? null : <Details summary={<span className="es-muted">{lineOf(args)}</span>}>{() => <JsonView label={texts.whatOf(texts.arguments, tool)} value={args} />}</Details>}
      {status === "pending" && !readOnly ? (
        <div className="es-buttons">
          <input className="es-input" aria-label={texts.reason} placeholder={texts.reasonHint} value={why} disabled={isBusy} onChange={(event) => setWhy(event.target.value)} />
          <button type="button" className="es-button es-refuse" disabled={isBusy} onClick={() => void act(false)}>{texts.refuse}</button>
          <button type="button" className="es-button es-primary" disabled={isBusy} onClick={() => void act(true)}>{texts.approve}</button>
        </div>
      ) : null}
      <Outcome approval={approval} isOwn={isSent} />
      {error === undefined || !isKept ? null : (
        <div className="es-buttons">
          <Failure error={error} />
          {status === "pending" ? null : <button type="button" className="es-button" onClick={() => keep(id, false)}>{texts.dismiss}</button>}
        </div>
      )}
    </div>
  );
}

/** How a question was answered. It takes the focus of the buttons that it stands for. */
function Outcome({ approval, isOwn }: { readonly approval: Approval; readonly isOwn: boolean }): ReactNode {
  const { status, answeredBy, answerReason } = approval;
  const texts = useTexts();
  const words = useRef<HTMLParagraphElement>(null);
  const isOver = status !== "pending";
  useEffect(() => {
    if (isOver && isOwn && document.activeElement === document.body) words.current?.focus();
  }, [isOver, isOwn]);
  if (!isOver) return null;
  const how = status === "unanswered" ? texts.unanswered : (status === "approved" ? texts.approvedBy : texts.refusedBy)(answeredBy);
  return (
    <p className="es-text es-muted" ref={words} tabIndex={-1} dir="auto">
      {how}{answerReason === undefined ? "." : `: ${answerReason}`}
    </p>
  );
}
