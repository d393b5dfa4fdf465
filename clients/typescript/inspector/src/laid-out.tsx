import { lazy, Suspense, type ReactNode } from "react";

// A third of the page's code, which the first view needn't wait for.
const MessageView = lazy(() => import("../../src/markdown/index.js").then((module) => ({ default: module.MessageView })));

/** What was said, as Markdown. */
export const laidOut = (text: string): ReactNode => (
  <Suspense fallback={<p className="es-text" dir="auto">{text}</p>}>
    <MessageView text={text} />
  </Suspense>
);
