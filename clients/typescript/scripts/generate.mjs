// Writes *.generated.ts from the server's JSON Schema of its events, and from its samples of them: npm run generate
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const schemaFile = new URL("../../../docs/events.schema.json", import.meta.url);
const samples = new URL("../../../EventStream.Tests/Events/Snapshots/", import.meta.url);
const header = "// Generated from docs/events.schema.json by `npm run generate`; a test fails when it is stale.";

const shapeCodes = { string: "s", number: "n", integer: "n", boolean: "b", object: "o", array: "a" };

const pascal = (name) => name.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
const eventName = (type) => pascal(type.replace(/_event$/, "")) + "Event";

/** The TypeScript type of a schema: what JSON.parse gives for it. */
function typeOf(schema, indent) {
  if (schema === true) return "unknown";
  const kinds = Array.isArray(schema.type) ? schema.type : [schema.type];
  return kinds.map((kind) => typeOfKind(kind, schema, indent)).join(" | ");
}

function typeOfKind(kind, schema, indent) {
  switch (kind) {
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return kind;
    case "array":
      return schema.items ? `readonly ${group(typeOf(schema.items, indent))}[]` : "readonly unknown[]";
    case "object":
      return schema.properties ? `{\n${members(schema, `${indent}  `)}${indent}}` : "{ readonly [member: string]: unknown }";
    default:
      throw new Error(`The schema uses the type '${kind}', which the generator doesn't know: ${JSON.stringify(schema)}`);
  }
}

const group = (type) => (type.includes(" | ") ? `(${type})` : type);

function members(schema, indent) {
  const required = new Set(schema.required);
  let text = "";
  for (const [name, member] of Object.entries(schema.properties)) {
    text += `${indent}readonly ${name}${required.has(name) ? "" : "?"}: ${typeOf(member, indent)};\n`;
  }
  return text + (schema.additionalProperties ? `${indent}readonly [member: string]: unknown;\n` : "");
}

/** The members that a type requires of its payload, such as "tool_call_id:s args:o". */
function shapeOf(schema) {
  return (schema.required ?? []).map((name) => `${name}:${shapeCodes[schema.properties[name].type] ?? "*"}`).join(" ");
}

const familiesOf = (payloads) => [...new Set(Object.values(payloads).map((payload) => payload["x-family"]))];

function generateEvents({ envelope, ...payloads }) {
  const types = Object.keys(payloads);
  const families = familiesOf(payloads);
  const roles = [...new Set(types.map((type) => payloads[type]["x-role"]).filter(Boolean))];
  const inRole = (role) => types.filter((type) => payloads[type]["x-role"] === role);

  const envelopeMembers = members({ ...envelope, additionalProperties: false }, "  ");

  return [
    header,
    "",
    "/** What every event has, whatever its type. */",
    `export interface EventEnvelope {\n${envelopeMembers}  /** The position in the log, as in the SSE \`id:\`; absent from events that aren't logged. */\n  readonly id?: string;\n}`,
    "",
    "/** The payload of each type of the catalogue. Payloads are open: further members may stand in them. */",
    "export interface EventPayloads {",
    ...types.map((type) => {
      const same = types.find((other) => members(payloads[other], "    ") === members(payloads[type], "    "));
      return `  ${type}: ${same === type ? `{\n${members(payloads[type], "    ")}  }` : `EventPayloads["${same}"]`};`;
    }),
    "}",
    "",
    "/** The types of each family of the catalogue. */",
    `export interface EventFamilies {\n${families
      .map((family) => `  ${family}: ${types.filter((type) => payloads[type]["x-family"] === family).map((type) => `"${type}"`).join(" | ")};\n`)
      .join("")}}`,
    "",
    "/** The name of a type of the catalogue. */",
    "export type EventType = keyof EventPayloads;",
    "",
    "/** An event of one type, such as EventOf<\"tool_call_started\">, or of any of several. */",
    "export type EventOf<T extends EventType> = T extends EventType\n  ? EventEnvelope & { readonly type: T; readonly payload: EventPayloads[T] }\n  : never;",
    "",
    "/** Family and required members of each type. */",
    "export const catalogue: { readonly [T in EventType]: readonly [family: keyof EventFamilies, shape: string] } = {",
    ...types.map((type) => `  ${type}: ["${payloads[type]["x-family"]}", "${shapeOf(payloads[type])}"],`),
    "};",
    "",
    "/** The types that play each part in the life of a session or run. */",
    "export const roles = {",
    ...roles.map((role) => `  ${role}: [${inRole(role).map((type) => `"${type}"`).join(", ")}],`),
    "} as const;",
    "",
  ].join("\n");
}

function generateGuards({ envelope, ...payloads }) {
  const types = Object.keys(payloads);
  const eventNames = new Set(types.map(eventName));
  // A family of one type that has the family's name needs no second guard.
  const families = familiesOf(payloads).filter((family) => !eventNames.has(`${pascal(family)}Event`));
  return [
    header,
    'import { familyGuard, typeGuard, type FamilyGuard, type TypeGuard } from "./shape.js";',
    "",
    ...types.map((type) => `export const is${eventName(type)}: TypeGuard<"${type}"> = /* @__PURE__ */ typeGuard("${type}");`),
    "",
    ...families.map((family) => `export const is${pascal(family)}Event: FamilyGuard<"${family}"> = /* @__PURE__ */ familyGuard("${family}");`),
    "",
  ].join("\n");
}

/** A payload of each type that is published, for a form to begin with. */
function generateExamples({ envelope, ...payloads }) {
  const types = Object.keys(payloads).filter((type) => payloads[type]["x-role"] !== "control");
  const files = readdirSync(samples);
  const payloadOf = (type) => JSON.parse(readFileSync(new URL(files.find((file) => file === `${type}.json`), samples), "utf8")).payload;
  return [
    "// Generated from docs/events.schema.json and the server's samples by `npm run generate`; a test fails when it is stale.",
    "",
    "/** A payload of each type that can be published. */",
    "export const examples: { readonly [type: string]: { readonly [member: string]: unknown } } = {",
    ...types.map((type) => `  ${type}: ${JSON.stringify(payloadOf(type))},`),
    "};",
    "",
  ].join("\n");
}

/** What each generated file should hold. */
export function generate(schema = JSON.parse(readFileSync(schemaFile, "utf8"))) {
  return new Map([
    [new URL("../src/events.generated.ts", import.meta.url), generateEvents(schema.$defs)],
    [new URL("../src/guards.generated.ts", import.meta.url), generateGuards(schema.$defs)],
    [new URL("../inspector/src/examples.generated.ts", import.meta.url), generateExamples(schema.$defs)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of generate()) writeFileSync(file, text);
}
