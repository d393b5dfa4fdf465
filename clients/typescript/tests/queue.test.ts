import { describe, expect, it } from "vitest";
import { Queue } from "../src/queue.js";

describe("Queue", () => {
  it("gives values in their order, however many wait", async () => {
    const queue = new Queue<number>();
    const taken: (number | undefined)[] = [];
    let next = 0;
    for (const [pushes, takes] of [[3, 1], [0, 1], [5, 4], [1, 2], [0, 1], [2, 2]] as const) {
      for (let i = 0; i < pushes; i++) queue.push(next++);
      for (let i = 0; i < takes; i++) taken.push(queue.shift());
      expect(queue.size).toBe(next - taken.filter((value) => value !== undefined).length);
    }

    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(queue.shift()).toBeUndefined();
    queue.push(11);
    await expect(queue.next()).resolves.toEqual({ done: false, value: 11 });
  });

  it("keeps undefined apart from nothing", () => {
    const queue = new Queue<number | undefined>();
    queue.push(undefined);
    queue.push(1);

    expect([queue.shift(), queue.size, queue.shift(), queue.size]).toEqual([undefined, 1, 1, 0]);
  });

  it("gives a value to the caller that waits, and to nobody else", async () => {
    const queue = new Queue<string>();
    const waiting = queue.next();
    queue.push("a");
    queue.push("b");

    await expect(waiting).resolves.toEqual({ done: false, value: "a" });
    expect([queue.size, queue.shift()]).toEqual([1, "b"]);
  });

  it("refuses a second caller while one waits", async () => {
    const queue = new Queue<string>();
    const first = queue.next();

    await expect(queue.next()).rejects.toThrow("next() was called before the last call had its event.");

    queue.push("a");
    await expect(first).resolves.toEqual({ done: false, value: "a" });
  });

  it("ends after what was pushed before, and takes nothing after its end", async () => {
    const queue = new Queue<string>();
    queue.push("a");
    queue.end();
    queue.push("b");
    queue.end(new Error("too late"));

    await expect(queue.next()).resolves.toEqual({ done: false, value: "a" });
    await expect(queue.next()).resolves.toEqual({ done: true, value: undefined });
    await expect(queue.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it("tells its end to the caller that waits", async () => {
    const [done, failed] = [new Queue<string>(), new Queue<string>()];
    const waiting = [done.next(), failed.next()];
    done.end();
    failed.end(new Error("broken"));

    await expect(waiting[0]).resolves.toEqual({ done: true, value: undefined });
    await expect(waiting[1]).rejects.toThrow("broken");
    await expect(failed.next()).rejects.toThrow("broken");
  });
});
