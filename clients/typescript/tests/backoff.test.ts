import { describe, expect, it, vi } from "vitest";
import { after } from "../src/timer.js";
import { askedBackoff, backoff, pause, Watchdog } from "../src/backoff.js";

describe("backoff", () => {
  it("doubles up to the longest, spread by half", () => {
    expect([0, 1, 2, 3, 40].map((failures) => backoff(failures, 1000, 5000, 1))).toEqual([1000, 2000, 4000, 5000, 5000]);
    expect([0, 1, 2, 3, 40].map((failures) => backoff(failures, 1000, 5000, 0))).toEqual([500, 1000, 2000, 2500, 2500]);
  });
});

describe("askedBackoff", () => {
  it("is never below what is asked for, nor without a floor, and grows", () => {
    const delays = (askedMs: number, random: number) => [0, 1, 2, 3, 40].map((failures) => askedBackoff(askedMs, failures, 1000, 30_000, random));
    expect(delays(0, 1)).toEqual([250, 500, 1000, 2000, 30_000]);
    expect(delays(-1e300, 0)).toEqual([125, 250, 500, 1000, 15_000]);
    expect(delays(4000, 0)).toEqual([4000, 4000, 4000, 4000, 15_000]);
    expect(delays(4000, 1)).toEqual([6000, 6000, 6000, 6000, 30_000]);
    expect(askedBackoff(1e300, 0, 1000, 30_000, 0)).toBe(300_000);
  });

  it("is spread by chance", () => {
    for (const spread of [() => backoff(0, 1000, 5000), () => askedBackoff(1000, 0, 1000, 5000)]) {
      expect(new Set(Array.from({ length: 20 }, spread)).size).toBeGreaterThan(1);
    }
  });

  it("is never 0", () => {
    expect(backoff(0, 1e-9, 1e-9, 0)).toBe(1);
  });
});

describe("after", () => {
  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 33])("waits %i ms, and not less", (ms) => {
    vi.useFakeTimers();
    const act = vi.fn();
    const callOff = after(ms, act);
    vi.advanceTimersByTime(ms - 1);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledTimes(1);
    after(ms, act);
    callOff();
    vi.useRealTimers();
  });

  it("can be called off, and sets no timer for ever", () => {
    vi.useFakeTimers();
    const act = vi.fn();
    after(2 ** 33, act)();
    after(Infinity, act)();
    expect(vi.getTimerCount()).toBe(0);
    after(Infinity, act);
    new Watchdog(act).start(Infinity);
    void pause(Infinity, new AbortController().signal);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
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
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(201);
    expect(onSilence).toHaveBeenCalledTimes(2);
    onSilence.mockClear();
    watchdog.start(100);
    watchdog.stop();
    vi.advanceTimersByTime(1000);
    expect(onSilence).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});
