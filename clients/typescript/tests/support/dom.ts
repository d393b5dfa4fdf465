import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = false;

configure({ asyncUtilTimeout: 15_000 });
afterEach(cleanup);
