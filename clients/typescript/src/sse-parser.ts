/** A block of an event stream. */
export interface Frame {
  /** The joined data lines; undefined for a block without any, which only moves the cursor. */
  readonly data: string | undefined;
  /** The block's own `id:`; undefined when it has none. */
  readonly id: string | undefined;
}

// Far more than the server's largest event: a longer line or frame means that this is no event stream.
const maxLength = 4 * 1024 * 1024;

/**
 * Parses an event stream by the WHATWG rules. Unlike parsers that imitate EventSource it also reports blocks without data,
 * with which the server moves the cursor past events that a filter leaves out, and distinguishes a block's own id from an inherited one.
 */
export class SseParser {
  readonly #onFrame: (frame: Frame) => void;
  readonly #onRetry: ((ms: number) => void) | undefined;
  #rest = "";
  #skipLineFeed = false;
  #data: string | undefined;
  #id: string | undefined;

  constructor(onFrame: (frame: Frame) => void, onRetry?: (ms: number) => void) {
    this.#onFrame = onFrame;
    this.#onRetry = onRetry;
  }

  /** Takes the next piece of the decoded text, cut anywhere. */
  push(chunk: string): void {
    if (this.#skipLineFeed && chunk.length > 0) {
      this.#skipLineFeed = false;
      if (chunk.startsWith("\n")) chunk = chunk.slice(1);
    }
    const text = this.#rest + chunk;
    const lineEnd = /\r\n|\n|\r/g;
    // What was left over holds no end of a line.
    lineEnd.lastIndex = this.#rest.length;
    let start = 0;
    for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
      this.#line(text.slice(start, match.index));
      start = lineEnd.lastIndex;
      this.#skipLineFeed = match[0] === "\r" && start === text.length;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length + (this.#data?.length ?? 0) > maxLength) throw new RangeError(`A frame of the stream is longer than ${maxLength} characters.`);
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    switch (name) {
      case "data":
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
        break;
      case "id":
        if (!value.includes("\0")) this.#id = value;
        break;
      case "retry":
        if (/^\d+$/.test(value)) this.#onRetry?.(Number(value));
        break;
    }
  }

  #dispatch(): void {
    const frame = { data: this.#data, id: this.#id };
    this.#data = this.#id = undefined;
    if (frame.data !== undefined || frame.id !== undefined) this.#onFrame(frame);
  }
}
