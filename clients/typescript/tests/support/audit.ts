/** Whether the tests run once for each of thousands of mutants, so that they must be quick: see stryker.config.json. */
export const isAudit = process.env.STRYKER_MUTATOR_WORKER !== undefined;
