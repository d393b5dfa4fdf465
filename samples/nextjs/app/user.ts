import type { NextRequest } from "next/server";

/** Who has signed in. Ask your own sign-in here; this example takes everyone for a guest. */
export function userOf(_request: NextRequest): string | undefined {
  return "guest";
}

/** Whether a user may watch a session. This example shows everyone everything. */
export function mayWatch(_user: string, _sessionId: string): boolean {
  return true;
}
