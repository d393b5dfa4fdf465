"use client";

import bash from "highlight.js/lib/languages/bash";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";
import type { ReactNode } from "react";

// What agents write most. Each language is bytes that every page loads.
const known = createLowlight({ bash, csharp, css, diff, javascript, json, python, sql, typescript, xml, yaml });

// A grammar takes longer than a reader waits for more.
const maxCharacters = 20_000;

type Part = ReturnType<typeof known.highlight>["children"][number];

const partOf = (part: Part, at: number): ReactNode =>
  part.type === "text" ? part.value : part.type === "element" ? <span key={at} className={(part.properties.className as readonly string[]).join(" ")}>{part.children.map(partOf)}</span> : null;

/** Code, in colours where its language is said and known. */
export function Code({ className, children }: { readonly className?: string | undefined; readonly children?: ReactNode }): ReactNode {
  const language = /language-(\S+)/.exec(className ?? "")?.[1]?.toLowerCase();
  const isColoured = language !== undefined && typeof children === "string" && children.length <= maxCharacters && known.registered(language);
  return <code>{isColoured ? known.highlight(language, children, { prefix: "es-code-" }).children.map(partOf) : children}</code>;
}
