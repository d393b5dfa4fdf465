import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../src/styles.css";
import "../../src/trace.css";
import "../../src/values.css";
import "./styles/page.css";
import "./styles/panels.css";
import "./styles/sessions.css";
import "./styles/overrides.css";
import "./styles/phone.css";
import { takeTicketFromAddress } from "./access.js";
import { App } from "./app.js";
import { ErrorBoundary } from "./error-boundary.js";
import { applyTheme } from "./theme.js";

applyTheme();
takeTicketFromAddress();
addEventListener("hashchange", takeTicketFromAddress);
// The icon's address is relative, and the page moves to other depths without being loaded again.
const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
if (icon !== null) icon.setAttribute("href", icon.href);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
