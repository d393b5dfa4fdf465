import { useEffect, type ReactNode } from "react";
import { useAccess } from "./access.js";
import { AccessDialog } from "./access-dialog.js";
import { FileDrop } from "./file-picker.js";
import { FileView } from "./file-view.js";
import { Header } from "./header.js";
import { goHome, nameOf, pathOf, usePlace } from "./place.js";
import { useOpenedFile } from "./opened-file.js";
import { otherServer, problemOf } from "./servers.js";
import { StartPage } from "./start-page.js";
import { StreamView } from "./stream-view.js";

export function App(): ReactNode {
  return (
    <>
      <Place />
      <AccessDialog />
      <FileDrop />
    </>
  );
}

function Place(): ReactNode {
  const { source, server: named, speed, file: fileName } = usePlace();
  const { file } = useOpenedFile();
  const { version } = useAccess();
  const server = otherServer(named);
  const name = source === undefined ? fileName : nameOf(source);
  useEffect(() => {
    document.title = name === undefined ? "EventStream" : `${name} · EventStream`;
  }, [name]);
  const problem = server === undefined ? undefined : problemOf(server);
  if (problem !== undefined) return <WrongServer words={problem} />;
  if (source === undefined && file !== undefined && file.name === fileName) return <FileView key={file.number} file={file} close={goHome} />;
  if (source === undefined) return <StartPage key={version} server={server} missingFile={fileName} />;
  // The key makes another stream start without any state of the one before.
  return <StreamView key={`${server} ${pathOf(source)}`} source={source} server={server} speed={speed} />;
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
