import Link from "next/link";
import type { ReactNode } from "react";

const pages = { "/": "Events", "/chat": "AI SDK", "/copilot": "CopilotKit", "/tanstack": "TanStack AI" };

export type Search = Promise<{ readonly session?: string | string[] }>;

export const sessionOf = async (search: Search): Promise<string> => [(await search).session ?? "demo"].flat()[0] || "demo";

/** The pages, all for one session. */
export function Top({ page, sessionId }: { readonly page: keyof typeof pages; readonly sessionId: string }): ReactNode {
  return (
    <header>
      <h1>
        EventStream <small>with Next.js</small>
      </h1>
      <nav aria-label="Pages">
        {Object.entries(pages).map(([path, name]) => (
          <Link key={path} href={`${path}?session=${encodeURIComponent(sessionId)}`} prefetch={false} aria-current={path === page ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <form action={page}>
        <label>
          Session <input name="session" defaultValue={sessionId} key={sessionId} required />
        </label>
        <button>Watch</button>
      </form>
    </header>
  );
}
