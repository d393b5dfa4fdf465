"use client";

import type { ReactNode } from "react";
import type { ToolCall } from "../index.js";
import { JsonView } from "./json-view.js";
import { useTexts } from "./texts.js";

interface ValuesProps {
  /** What the values are of. */
  readonly of: string;
  /** Those that are there are shown. */
  readonly values: readonly (readonly [heading: string, value: unknown])[];
}

/** Values of something, each under its heading. */
export function Values({ of, values }: ValuesProps): ReactNode {
  const texts = useTexts();
  return values.map(([heading, value]) => (value == null ? null : <JsonView key={heading} heading={heading} label={texts.whatOf(heading, of)} value={value} />));
}

/** What went into a call and what came out. */
export function ToolCallValues({ call }: { readonly call: ToolCall }): ReactNode {
  const texts = useTexts();
  const { args, argsText, error, result, resultText, status, progress } = call;
  return (
    <Values
      of={call.name ?? call.id}
      values={[
        [texts.error, error],
        [texts.arguments, args ?? argsText],
        // The space is reserved for the result, so that the progress doesn't move.
        [texts.result, resultText ?? result ?? (status === "running" ? "…" : undefined)],
        [texts.progress, progress === "" ? undefined : progress],
      ]}
    />
  );
}
