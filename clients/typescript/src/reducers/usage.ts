import { isObject } from "../shape.js";
import { textOf } from "./shared.js";

/** What work took, as far as its publishers said. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly totalTokens: number | undefined;
  /** In the publisher's currency, as a rule US dollars. */
  readonly cost: number | undefined;
}

export const noUsage: Usage = { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined, cost: undefined };

// Providers and frameworks name the same in many ways; the first that is there counts.
const inputNames = ["input_tokens", "inputTokens", "prompt_tokens", "promptTokens", "input", "prompt"];
const outputNames = ["output_tokens", "outputTokens", "completion_tokens", "completionTokens", "output", "completion"];
const totalNames = ["total_tokens", "totalTokens", "total"];
const costNames = ["cost", "cost_usd", "total_cost", "total_cost_usd", "totalCost"];

/** Reads the `usage` of an event. Usage by model, such as `model_usages`, is summed up. */
export function usageOf(usage: unknown): Usage {
  if (!isObject(usage)) return noUsage;
  const byModel = usage.model_usages;
  if (isObject(byModel)) return Object.values(byModel).map(usageOf).reduce(addUsage, noUsage);
  const [inputTokens, outputTokens] = [first(usage, inputNames), first(usage, outputNames)];
  return { inputTokens, outputTokens, totalTokens: first(usage, totalNames) ?? sum(inputTokens, outputTokens), cost: first(usage, costNames) };
}

export const addUsage = (a: Usage, b: Usage): Usage =>
  b === noUsage ? a : a === noUsage ? b : {
    inputTokens: sum(a.inputTokens, b.inputTokens),
    outputTokens: sum(a.outputTokens, b.outputTokens),
    totalTokens: sum(a.totalTokens, b.totalTokens),
    cost: sum(a.cost, b.cost),
  };

const sum = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : a + b);

function first(usage: { readonly [name: string]: unknown }, names: readonly string[]): number | undefined {
  for (const name of names) {
    // Some write money as text.
    const value = usage[name] ?? undefined;
    const number = typeof value === "number" ? value : Number.parseFloat(textOf(usage, name) ?? "");
    if (Number.isFinite(number) && number >= 0) return number;
  }
  return undefined;
}
