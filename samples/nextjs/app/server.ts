/** Where EventStream is, as this process sees it. Browsers need not reach it. */
export const eventStreamUrl = (): string => process.env.EVENTSTREAM_URL ?? "http://localhost:8000";
