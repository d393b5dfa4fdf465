import { useState, type ReactNode } from "react";
import { copyText } from "../../src/components/copy-text.js";

/** Copies a text, and says whether that worked. */
export function CopyButton({ text, label = "Copy" }: { readonly text: () => string; readonly label?: string }): ReactNode {
  const [words, setWords] = useState("");
  const copy = async () => {
    setWords("");
    setWords((await copyText(text())) ? "Copied." : "The browser doesn't let this page copy: select the text and copy it yourself.");
  };
  return (
    <>
      <span className="hint copied" role="status">{words}</span>
      <button type="button" className="button small" onClick={() => void copy()}>{label}</button>
    </>
  );
}
