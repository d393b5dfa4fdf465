import { useEffect, type ReactNode } from "react";
import { usePlace } from "./place.js";
import { SessionView } from "./session-view.js";
import { StartPage } from "./start-page.js";

export function App(): ReactNode {
  const { sessionId, server, speed } = usePlace();
  useEffect(() => {
    document.title = sessionId === undefined ? "EventStream" : `${sessionId} · EventStream`;
  }, [sessionId]);
  if (sessionId === undefined) return <StartPage server={server} />;
  // A session that is changed for another begins with nothing of the first.
  return <SessionView key={`${server} ${sessionId}`} sessionId={sessionId} server={server} speed={speed} />;
}
