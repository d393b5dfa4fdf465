/** Who has signed in. Ask your own sign-in here; this example takes everyone for a guest. */
export function userOf(_request: { readonly headers: Headers }): string | undefined {
  return "guest";
}

/** Whether a user may watch a session. This example shows everyone everything. */
export function mayWatch(_user: string, _sessionId: string): boolean {
  return true;
}

/** Whether a user may ask an agent in a session, stop it and answer its questions. This example lets everyone. */
export function mayAsk(_user: string, _sessionId: string, _agent: string): boolean {
  return true;
}
