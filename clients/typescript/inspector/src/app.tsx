import { useEffect, type ReactNode } from "react";
import { useAccess } from "./access.js";
import { AccessDialog } from "./access-dialog.js";
import { Header } from "./header.js";
import { usePlace } from "./place.js";
import { SessionView } from "./session-view.js";
import { otherServer, problemOf } from "./servers.js";
import { StartPage } from "./start-page.js";

export function App(): ReactNode {
  return (
    <>
      <Place />
      <AccessDialog />
    </>
  );
}

function Place(): ReactNode {
  const { sessionId, server: named, speed } = usePlace();
  const { version } = useAccess();
  const server = otherServer(named);
  useEffect(() => {
    document.title = sessionId === undefined ? "EventStream" : `${sessionId} · EventStream`;
  }, [sessionId]);
  const problem = server === undefined ? undefined : problemOf(server);
  if (problem !== undefined) return <WrongServer words={problem} />;
  if (sessionId === undefined) return <StartPage key={version} server={server} />;
  // The key makes another session start without any state of the one before.
  return <SessionView key={`${server} ${sessionId}`} sessionId={sessionId} server={server} speed={speed} />;
}

function WrongServer({ words }: { readonly words: string }): ReactNode {
  return (
    <div className="start">
      <Header />
      <main>
        <h1>Not this server</h1>
        <p className="banner bad" role="alert">{words}</p>
      </main>
    </div>
  );
}
