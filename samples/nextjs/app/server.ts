/** The address of EventStream for this process. Browsers need not reach it. */
export const eventStreamUrl = (): string => process.env.EVENTSTREAM_URL ?? "http://localhost:8000";

/** What lets this process in. Without EVENTSTREAM_KEY nothing, as an open server on this machine wants it. */
export const eventStreamHeaders = (): { readonly authorization?: string } => {
  const key = process.env.EVENTSTREAM_KEY;
  return key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` };
};
