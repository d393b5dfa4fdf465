"use client";

import { Component, useState, type ReactNode } from "react";
import Markdown, { type Components } from "react-markdown";
import gfm from "remark-gfm";
import { useTexts } from "../components/index.js";
import { unturned, VisibleText } from "../components/visible-text.js";
import { Code } from "./code.js";

export interface MessageViewProps {
  /** What was said, as it came. */
  readonly text: string;
  readonly className?: string;
}

// Longer texts, and such as nest deeper, take a browser seconds to lay out.
const maxCharacters = 50_000;
const maxNesting = 30;

/**
 * A text of an agent or a user, laid out as Markdown, with a button that shows it as it came. Nothing in it runs or loads:
 * HTML is shown as text, images are shown as their address, links open elsewhere. Needs the packages `react-markdown`, `remark-gfm`, `lowlight` and `highlight.js`.
 */
export function MessageView({ text, className }: MessageViewProps): ReactNode {
  const texts = useTexts();
  const [isRaw, setRaw] = useState(false);
  const canLayOut = text.length <= maxCharacters && !isNested(text);
  const raw = <p className="es-text" dir="auto"><VisibleText text={text} /></p>;
  return (
    <div className={className === undefined ? "es-alone es-message" : `es-alone es-message ${className}`}>
      {isRaw || !canLayOut ? raw : (
        <Fallback key={text} raw={raw}>
          <div className="es-markdown">
            <Markdown remarkPlugins={[gfm]} rehypePlugins={[directed]} components={parts}>{unturned(text)}</Markdown>
          </div>
        </Fallback>
      )}
      {canLayOut ? <button type="button" className="es-button es-small es-raw" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>{texts.raw}</button> : null}
    </div>
  );
}

/** Whether quotes, lists or brackets open more often than any text that is meant to be read. */
function isNested(text: string): boolean {
  if (/^[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*){30}/m.test(text)) return true;
  let depth = 0;
  for (const character of text) {
    if (character === "[") depth++;
    else if (character === "]") depth = Math.max(0, depth - 1);
    else if (character === "\n") depth = 0;
    if (depth > maxNesting) return true;
  }
  return false;
}

function Table({ dir, children }: { readonly dir?: string | undefined; readonly children?: ReactNode }): ReactNode {
  return <div className="es-table" role="region" aria-label={useTexts().table} tabIndex={0} dir={dir}><table>{children}</table></div>;
}

const ImageName = (): ReactNode => useTexts().image;

// The direction of each part is its own: texts change from one script to another.
const directed = () => (root: { readonly children: readonly { readonly properties?: { [name: string]: unknown } }[] }) => {
  for (const { properties } of root.children) if (properties !== undefined) properties.dir = "auto";
};

const parts: Components = {
  // A page of another's session has headings of its own.
  ...Object.fromEntries(["h1", "h2", "h3", "h4", "h5", "h6"].map((name) => [name, ({ dir, children }: { readonly dir?: string; readonly children?: ReactNode }) => <p className={`es-${name}`} dir={dir}><strong>{children}</strong></p>])),
  a: ({ href, children }) => <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>,
  // A browser would tell the image's host who reads this.
  img: ({ src, alt }) => <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">{alt || <ImageName />}</a>,
  pre: ({ children }) => <pre className="es-json" dir="ltr" tabIndex={0}>{children}</pre>,
  code: Code,
  table: Table,
  input: ({ checked }) => <span>{checked === true ? "☑" : "☐"}</span>,
};

/** Shows the text as it came where its layout fails. */
class Fallback extends Component<{ readonly raw: ReactNode; readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.raw : this.props.children;
  }
}
