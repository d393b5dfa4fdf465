import { configDefaults, mergeConfig } from "vitest/config";
import config from "./vitest.config.js";

// For stryker.config.json: without the tests that start servers or build the package, which take seconds each.
export default mergeConfig(config, { test: { exclude: [...configDefaults.exclude, "tests/{restart,expiry,package,frontends-doc}.test.*"] } });
