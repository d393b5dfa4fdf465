import type { ReactNode } from "react";
import { choose, useSettings } from "./settings.js";

/** Which zone times are shown in, and the other one at a press. */
export function ZoneButton(): ReactNode {
  const { isLocalTime } = useSettings();
  return (
    <button type="button" className="zone" title="Times are local, or in UTC" onClick={() => choose({ isLocalTime: !isLocalTime })}>
      {isLocalTime ? "Local time" : "UTC"}
    </button>
  );
}
