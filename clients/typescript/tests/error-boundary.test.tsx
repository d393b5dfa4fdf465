// @vitest-environment jsdom
import "./support/dom.js";
import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ErrorBoundary } from "../inspector/src/error-boundary.js";

it("says what is wrong when the page falls over", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const Broken = () => {
    throw new Error("no such thing");
  };
  render(<ErrorBoundary><Broken /></ErrorBoundary>);
  expect(screen.getByRole("alert").textContent).toContain("no such thing");
});
