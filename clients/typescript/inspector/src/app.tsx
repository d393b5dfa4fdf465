import { useEffect, type ReactNode } from "react";
import { Header } from "./header.js";
import { usePlace } from "./place.js";
import { SessionView } from "./session-view.js";
import { StartPage } from "./start-page.js";

export function App(): ReactNode {
  const { sessionId, server, speed } = usePlace();
  useEffect(() => {
    document.title = sessionId === undefined ? "EventStream" : `${sessionId} · EventStream`;
  }, [sessionId]);
  if (server !== undefined && !/^https?:\/\/./.test(server)) return <WrongServer server={server} />;
  if (sessionId === undefined) return <StartPage server={server} />;
  // The key makes another session start without any state of the one before.
  return <SessionView key={`${server} ${sessionId}`} sessionId={sessionId} server={server} speed={speed} />;
}

function WrongServer({ server }: { readonly server: string }): ReactNode {
  return (
    <div className="start">
      <Header />
      <main>
        <h1>No such server</h1>
        <p className="banner bad" role="alert">
          The address of this page says ?server={server}, which is no server; write one such as http://localhost:8000, or leave it out.
        </p>
      </main>
    </div>
  );
}
