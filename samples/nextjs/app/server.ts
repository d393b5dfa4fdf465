/** The address of EventStream for this process. Browsers need not reach it. */
export const eventStreamUrl = (): string => process.env.EVENTSTREAM_URL ?? "http://localhost:8000";
