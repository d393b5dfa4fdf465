import type { ReactNode } from "react";
import { groupOf, groups, isFiltering, noFilter, type Filter, type Group } from "./filter.js";
import { SearchIcon } from "./icons.js";

interface FilterBarProps {
  readonly filter: Filter;
  readonly setFilter: (filter: Filter) => void;
  readonly byType: { readonly [type: string]: number };
}

/** Chooses which events are shown, by kind, type and text. */
export function FilterBar({ filter, setFilter, byType }: FilterBarProps): ReactNode {
  const counts = new Map<Group, number>();
  for (const [type, count] of Object.entries(byType)) counts.set(groupOf(type), (counts.get(groupOf(type)) ?? 0) + count);
  const toggle = (group: Group) => setFilter({ ...filter, groups: filter.groups.includes(group) ? filter.groups.filter((each) => each !== group) : [...filter.groups, group] });
  const types = Object.keys(byType).sort();
  return (
    <div className="filters" role="search" aria-label="Filter events">
      <label className="search">
        <SearchIcon />
        <input type="search" aria-label="Text to search for" placeholder="Search text, types, ids" value={filter.text} onChange={(event) => setFilter({ ...filter, text: event.target.value })} />
      </label>
      <select aria-label="Type of event" value={filter.type} onChange={(event) => setFilter({ ...filter, type: event.target.value })}>
        <option value="">All types</option>
        {types.includes(filter.type) || filter.type === "" ? null : <option>{filter.type}</option>}
        {types.map((type) => (
          <option key={type} value={type}>{`${type} (${byType[type]})`}</option>
        ))}
      </select>
      <button type="button" className="button" disabled={!isFiltering(filter)} onClick={() => setFilter(noFilter)}>Clear</button>
      <div className="chips" role="group" aria-label="Kinds of events">
        {groups.map((group) => (
          <button key={group} type="button" className="chip" aria-pressed={filter.groups.includes(group)} onClick={() => toggle(group)}>
            {group} <span className="count">{short(counts.get(group) ?? 0)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

export const short = (count: number): string => (count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`);
