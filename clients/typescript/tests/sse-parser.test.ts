import { createParser } from "eventsource-parser";
import { describe, expect, it } from "vitest";
import { SseParser, type Frame } from "../src/sse-parser.js";

function parse(text: string, size = text.length): { frames: Frame[]; retries: number[] } {
  const frames: Frame[] = [];
  const retries: number[] = [];
  const parser = new SseParser((frame) => frames.push(frame), (ms) => retries.push(ms));
  for (let i = 0; i < text.length; i += size) parser.push(text.slice(i, i + size));
  return { frames, retries };
}

const data = (value: string, id?: string): Frame => ({ data: value, id });

// By the WHATWG standard and its test suite.
const vectors: readonly (readonly [name: string, text: string, frames: readonly Frame[]])[] = [
  ["a frame", "id: 1-1\nevent: note\ndata: {}\n\n", [data("{}", "1-1")]],
  ["several data lines", "data: a\ndata:\ndata: b\n\n", [data("a\n\nb")]],
  ["all ends of lines", "data: a\r\n\r\ndata: b\r\rdata: c\n\n", [data("a"), data("b"), data("c")]],
  ["an end of a line that is two characters", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [data("a\nb"), data("c")]],
  ["only one space after the colon goes", "data:  a\ndata:\tb\n\n", [data(" a\n\tb")]],
  ["comments and unknown fields", ": hello\nfoo: bar\ndata: a\n\n", [data("a")]],
  ["a name without a colon", "data\n\n", [data("")]],
  ["an id alone moves the cursor", "id: 1-2\n\n", [{ data: undefined, id: "1-2" }]],
  ["an empty id resets it", "id\ndata: a\n\n", [data("a", "")]],
  ["an id with NUL is ignored", "id: 1\0\ndata: a\n\n", [data("a")]],
  ["what is cut off is no frame", "data: a\n\ndata: b\n", [data("a")]],
  ["nothing for a block of comments", ":\n\n:\n\n", []],
  ["a comment that looks like a field", ":data: a\ndata: b\n\n", [data("b")]],
  ["an end of a line at the very start", "\ndata: a\n\n", [data("a")]],
  ["text beyond ASCII", "data: ä€😀\n\n", [data("ä€😀")]],
];

describe("SseParser", () => {
  it.each(vectors)("%s", (_, text, frames) => {
    expect(parse(text).frames).toEqual(frames);
    for (const size of [1, 2, 3]) expect(parse(text, size).frames).toEqual(frames);
  });

  it.each(vectors.filter(([name]) => !name.startsWith("an id alone")))("agrees with eventsource-parser: %s", (_, text) => {
    const expected: string[] = [];
    createParser({ onEvent: (message) => expected.push(message.data) }).feed(text);
    expect(parse(text).frames.map((frame) => frame.data)).toEqual(expected);
  });

  it("takes retry from digits only", () => {
    expect(parse("retry: 2000\n\nretry: 2s\nretry: x2\nretry:\nretry: 0300\n\n").retries).toEqual([2000, 300]);
  });

  it("takes CR and LF for one end of a line, though a chunk ends between them", () => {
    const frames: Frame[] = [];
    const parser = new SseParser((frame) => frames.push(frame));
    for (const chunk of ["data: a\r", "", "\ndata: b\r", "\n\r", "\n"]) parser.push(chunk);
    expect(frames).toEqual([data("a\nb")]);
  });

  it.each(["x".repeat(1024 * 1024), `data: ${"x".repeat(1024 * 1024)}\n`])("gives up on a line or a frame that never ends", (piece) => {
    const parser = new SseParser(() => {});
    expect(() => { for (let i = 0; i < 5; i++) parser.push(piece); }).toThrow(new RangeError("A frame of the stream is longer than 4194304 characters."));
  });
});
