import { afterEach, describe, expect, it, vi } from "vitest";
import { asStreamError, authErrorOf, noTicket, silent, unanswered } from "../src/endings.js";
import { StreamError } from "../src/errors.js";

const closing = (reason: string) => ({ reason, reconnect: false }) as Parameters<typeof authErrorOf>[0];

afterEach(() => vi.unstubAllGlobals());

describe("errors of a stream", () => {
  it("passes on what is one already, and wraps the rest with its cause", () => {
    const known = silent(1500);
    expect(asStreamError(known)).toBe(known);
    const cause = new Error("broken");
    expect(asStreamError(cause)).toMatchObject({ code: "ended", message: "The stream failed: broken", cause });
    expect(asStreamError("text")).toMatchObject({ code: "ended", message: "The stream failed: text", cause: "text" });
    expect(asStreamError(cause)).toBeInstanceOf(StreamError);
  });

  it("names how long it waited", () => {
    expect(silent(45000)).toMatchObject({ code: "silent", message: "Nothing came for 45 s, not even a heartbeat." });
    expect(noTicket(1500)).toMatchObject({ code: "no_ticket", message: "getTicket hasn't answered for 1.5 s." });
  });

  it("says what browsers do to many tabs, in a browser alone", () => {
    vi.stubGlobal("window", undefined);
    expect(unanswered(10000)).toMatchObject({ code: "unreachable", message: "The server hasn't answered for 10 s." });
    vi.stubGlobal("window", {});
    expect(unanswered(10000).message).toBe("The server hasn't answered for 10 s. A browser opens at most six connections to a host over HTTP/1.1; other tabs may hold them all.");
  });

  it("knows the ends that a credential has", () => {
    expect(authErrorOf(closing("auth_expired"))).toMatchObject({ code: "refused", message: "The ticket or token has expired, so the server ended the stream. With the option getTicket it goes on with a new one." });
    expect(authErrorOf(closing("auth_revoked"))).toMatchObject({ code: "refused", message: "The server took back the key that let this stream in, and ended it." });
    expect(authErrorOf(closing("rotation"))).toBeUndefined();
    expect(authErrorOf(closing("toString"))).toBeUndefined();
  });
});
