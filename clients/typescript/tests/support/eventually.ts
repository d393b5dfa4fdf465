import { vi } from "vitest";
import { isAudit } from "./audit.js";

/** Waits until an expectation holds, however busy the machine is. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: isAudit ? 4_000 : 15_000, interval: 5 });
