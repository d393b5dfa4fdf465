import { describe, expect, it, vi } from "vitest";
import { backoff, pause, Watchdog } from "../src/backoff.js";

describe("backoff", () => {
  it("doubles up to the longest, spread by half", () => {
    expect([0, 1, 2, 3, 40].map((failures) => backoff(failures, 1000, 5000, 1))).toEqual([1000, 2000, 4000, 5000, 5000]);
    expect([0, 1, 2, 3, 40].map((failures) => backoff(failures, 1000, 5000, 0))).toEqual([500, 1000, 2000, 2500, 2500]);
  });
});

describe("pause", () => {
  it("is over when the browser finds the network again, or the signal is aborted", async () => {
    const page = new EventTarget();
    vi.stubGlobal("window", page);
    const forever = 2 ** 30;
    const online = pause(forever, new AbortController().signal);
    page.dispatchEvent(new Event("online"));
    await online;
    const controller = new AbortController();
    const aborted = pause(forever, controller.signal);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await expect(pause(forever, controller.signal)).rejects.toThrow("enough");
    vi.unstubAllGlobals();
  });
});

describe("Watchdog", () => {
  it("barks only after silence", () => {
    vi.useFakeTimers();
    const onSilence = vi.fn();
    const watchdog = new Watchdog(onSilence);
    watchdog.start(100);
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(60);
      watchdog.heard();
    }
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(101);
    expect(onSilence).toHaveBeenCalledTimes(1);
    watchdog.start(100);
    watchdog.stop();
    vi.advanceTimersByTime(1000);
    expect(onSilence).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });
});
