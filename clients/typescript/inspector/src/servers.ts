import { home } from "./place.js";

/** The origins that the page's own server lists in `Inspector:Servers`. */
const listed = (): readonly string[] => document.querySelector<HTMLMetaElement>('meta[name="eventstream-servers"]')?.content.split(" ").filter(Boolean) ?? [];

/** Undefined for the page's own server, also when `?server=` names it. */
export const otherServer = (server: string | undefined): string | undefined => (server?.replace(/\/+$/, "") === home() ? undefined : server);

/** Why the page doesn't watch a server: under this address a stranger's events would pass for this server's. */
export function problemOf(server: string): string | undefined {
  const url = /^https?:\/\/./.test(server) && URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined) return `The address of this page says ?server=${server}, which is no server; write one such as http://localhost:8000, or leave it out.`;
  if (listed().includes(url.origin)) return undefined;
  return `The address of this page says ?server=${server}, which it may not watch: it shows its own server, and those that its server lists in Inspector:Servers. Open ${url.origin} itself, or list it.`;
}
