import type { ReactNode } from "react";
import { useAccess } from "./access.js";
import { FilePicker } from "./file-picker.js";
import { Header } from "./header.js";
import { PlayIcon } from "./icons.js";
import { goTo, home } from "./place.js";
import { SessionList } from "./session-list.js";
import { StreamForm } from "./session-picker.js";
import { newDemoSession, playWhenShown } from "./demo/player.js";

/** The page at `/`: it opens a session or plays the demo. */
export function StartPage({ server, missingFile }: { readonly server: string | undefined; readonly missingFile: string | undefined }): ReactNode {
  const { credential } = useAccess();
  const play = () => {
    const session = newDemoSession();
    playWhenShown(session);
    goTo({ sessionId: session });
  };
  return (
    <div className="start">
      <Header />
      <main>
        <div className="start-head">
          <div>
            <h1>Watch agents work</h1>
            <p className="lead">Follow a session as it happens: what agents say, which tools they call, how their runs go.</p>
          </div>
          <StreamForm />
        </div>
        <section className="card column" aria-labelledby="recent">
          <h2 id="recent">Recent sessions</h2>
          <SessionList server={server} isMain />
        </section>
        <div className="start-tools">
          <FilePicker missing={missingFile} />
          <section className="card" aria-label="Demo">
            <div>
              <h2>See it first</h2>
              <p>Three agents find out why a checkout is slow: a scripted run of half a minute, published like any other.</p>
            </div>
            <button type="button" className="button" onClick={play}>
              <PlayIcon /> Play demo
            </button>
          </section>
        </div>
        <p className="hint">
          Publish from anywhere: <code>curl {credential === undefined ? "" : '-H "Authorization: Bearer $KEY" '}--json '{"{"}"type":"note","payload":{"{}"}{"}"}' {server ?? home()}/events/demo</code> · <a href={`${home()}/scalar`}>The API</a>
        </p>
      </main>
    </div>
  );
}
