import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../src/styles.css";
import "./styles/page.css";
import "./styles/panels.css";
import "./styles/overrides.css";
import { App } from "./app.js";
import { ErrorBoundary } from "./error-boundary.js";
import { applyTheme } from "./theme.js";

applyTheme();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
