"use client";

import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { JsonLine } from "./json-line.js";
import { hitsInTree, type Hit } from "./json-search.js";
import { firstOpen, nodeAt, openAbove, pathOf, rowsOf, writtenOf, type JsonRow, type JsonTree } from "./json-tree.js";
import type { ValueProps } from "./json-view.js";
import { useHits, useReveal } from "./use-hits.js";
import { ValueBar } from "./value-bar.js";

// A smaller tree is seen at a glance.
const sought = 20;

/** The members of a JSON value as a tree. Only what is open is there, and of many members those of an open part. */
export function JsonTreeView({ tree, label, heading, isRaw, setRaw }: ValueProps & { readonly tree: JsonTree }): ReactNode {
  const [open, setOpen] = useState(() => firstOpen(tree));
  const [chosen, setChosen] = useState<string>();
  const search = useHits(tree, hitsInTree);
  const { hits, current } = search;
  const rows = useMemo(() => rowsOf(tree, open), [tree, open]);
  const byNode = useMemo(() => hitsByNode(hits), [hits]);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const at = rows.findIndex(({ key }) => key === chosen);
  // Without a choice all of it is meant.
  const node = rows[at]?.node ?? 0;

  // A hit is opened, with all above it.
  useEffect(() => {
    if (current === undefined) return;
    setOpen((before) => new Set([...before, ...openAbove(tree, current.node), String(current.node)]));
    setChosen(String(current.node));
  }, [tree, current]);
  useReveal(list, current);

  const toggle = useCallback(({ key }: JsonRow) => {
    setOpen((before) => {
      const changed = new Set(before);
      if (!changed.delete(key)) changed.add(key);
      return changed;
    });
  }, []);
  const choose = useCallback((row: JsonRow | undefined) => {
    if (row === undefined) return;
    setChosen(row.key);
    // jsdom has no layout, and so no scrolling.
    document.getElementById(`${id}${row.key}`)?.scrollIntoView?.({ block: "nearest" });
  }, [id]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const row = rows[at];
    let to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "ArrowRight" && row?.canOpen) {
      if (row.isOpen) to = at + 1;
      else toggle(row);
    } else if (event.key === "ArrowLeft" && row !== undefined) {
      if (row.isOpen) toggle(row);
      else to = rows.findLastIndex(({ depth }, i) => i < at && depth < row.depth);
    } else if ((event.key === "Enter" || event.key === " ") && row !== undefined) {
      toggle(row);
    } else if (to === undefined) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) choose(rows[to]);
  };

  return (
    <>
      <ValueBar
        heading={heading}
        label={label}
        search={tree.nodes.length > sought || tree.text.length > 1000 ? search : undefined}
        copy={() => writtenOf(tree, nodeAt(tree, node))}
        copyPath={() => pathOf(tree, node)}
        isRaw={isRaw}
        setRaw={setRaw}
      />
      <div ref={list} className="es-json es-json-tree" dir="ltr" role="tree" aria-label={label} tabIndex={0} aria-activedescendant={at < 0 ? undefined : `${id}${chosen}`} onKeyDown={onKeyDown}>
        {rows.map((row) => (
          <JsonLine
            key={row.key}
            id={`${id}${row.key}`}
            tree={tree}
            row={row}
            isWhole={open.has(row.key)}
            isChosen={row.key === chosen}
            hits={row.part === undefined ? byNode.get(row.node) : undefined}
            current={row.part === undefined && current?.node === row.node ? current : undefined}
            choose={choose}
            toggle={toggle}
          />
        ))}
      </div>
    </>
  );
}


function hitsByNode(hits: readonly Hit[]): ReadonlyMap<number, readonly Hit[]> {
  const byNode = new Map<number, Hit[]>();
  for (const hit of hits) {
    const known = byNode.get(hit.node);
    if (known === undefined) byNode.set(hit.node, [hit]);
    else known.push(hit);
  }
  return byNode;
}
