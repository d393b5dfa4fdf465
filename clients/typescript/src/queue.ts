/** Values for one consumer, which may be slower than the producer. */
export class Queue<T> {
  #items: T[] = [];
  #head = 0;
  #waiting: { resolve: (result: IteratorResult<T, undefined>) => void; reject: (error: unknown) => void } | undefined;
  #end: { readonly error: unknown } | undefined;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(value: T): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ done: false, value });
      this.#waiting = undefined;
    } else {
      this.#items.push(value);
    }
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const value = this.#items[this.#head++];
    // Moving the rest when half is read costs one move per value.
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }

  /** The next value, or the end once all are taken. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiting !== undefined) return Promise.reject(new TypeError("next() was called before the last call had its event."));
    if (this.size > 0) return Promise.resolve({ done: false, value: this.shift() as T });
    if (this.#end !== undefined) return this.#end.error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(this.#end.error);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** Ends the queue. Values that were pushed before can still be read. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    if (this.#waiting === undefined) return;
    if (error === undefined) this.#waiting.resolve({ done: true, value: undefined });
    else this.#waiting.reject(error);
    this.#waiting = undefined;
  }
}
