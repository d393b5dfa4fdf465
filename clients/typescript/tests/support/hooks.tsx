import { render } from "@testing-library/react";
import { useEffect, type ReactNode } from "react";
import type { UseEventsResult } from "../../src/react/index.js";
import { newSession, serverUrl } from "./server.js";

/** A fetch that knows which streams are open. */
export function watchedFetch() {
  const opened: string[] = [];
  const open = new Set<string>();
  const watched: typeof fetch = async (input, init) => {
    const url = String(input);
    opened.push(url);
    open.add(url);
    init?.signal?.addEventListener("abort", () => open.delete(url));
    return await fetch(input, init);
  };
  return { fetch: watched, opened, open };
}

/** Shows a hook, and keeps what it gave at each render. */
export function show(useHook: () => UseEventsResult, wrap: (child: ReactNode) => ReactNode = (child) => child) {
  const results: UseEventsResult[] = [];
  function View() {
    const result = useHook();
    useEffect(() => void results.push(result));
    return null;
  }
  const tree = () => wrap(<View />);
  const view = render(tree());
  const last = () => results.at(-1) as UseEventsResult;
  return { results, last, unmount: view.unmount, rerender: () => view.rerender(tree()) };
}

export const setUp = () => ({ baseUrl: serverUrl(), sessionId: newSession(), ...watchedFetch() });
