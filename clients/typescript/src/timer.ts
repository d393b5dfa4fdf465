// Longer delays overflow, and fire at once.
const longestMs = 2 ** 31 - 1;

/**
 * Calls back after a time of any length; never for Infinity.
 * @returns a function that calls it off.
 */
export function after(ms: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number) => {
    timer = setTimeout(() => (left > longestMs ? arm(left - longestMs) : act()), Math.min(left, longestMs));
  };
  if (ms !== Infinity) arm(ms);
  return () => clearTimeout(timer);
}
