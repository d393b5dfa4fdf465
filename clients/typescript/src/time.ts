const timestamps = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** The moment that a timestamp names, in ms since 1970; undefined for a text that doesn't name one beyond doubt, such as 05/06/2025. */
export function timeOf(timestamp: string | undefined): number | undefined {
  if (timestamp === undefined || !timestamps.test(timestamp)) return undefined;
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? undefined : ms;
}
