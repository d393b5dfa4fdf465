import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Tab {
  readonly name: string;
  readonly badge?: string | undefined;
  readonly isAlarming?: boolean;
  readonly content: () => ReactNode;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
  /** Stands beside the tabs. */
  readonly aside?: ReactNode;
}

/** One of several views at a time. Arrow keys go from tab to tab. */
export function Tabs({ label, tabs, chosen, choose, aside }: TabsProps): ReactNode {
  const id = useId();
  const at = tabs.findIndex((tab) => tab.name === chosen);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    choose(next.name);
    document.getElementById(`${id}${next.name}`)?.focus();
  };
  return (
    <section className="tabs" aria-label={label}>
      <div className="tab-bar">
        <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map((tab, i) => (
            <button key={tab.name} id={`${id}${tab.name}`} type="button" role="tab" aria-selected={i === at} aria-controls={`${id}panel`} tabIndex={i === at ? 0 : -1} onClick={() => choose(tab.name)}>
              {tab.name}
              {tab.badge === undefined ? null : <span className={`count${tab.isAlarming === true ? " bad" : ""}`}>{tab.badge}</span>}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div id={`${id}panel`} className="tab-panel" role="tabpanel" aria-labelledby={`${id}${chosen}`}>
        {tabs[at]?.content()}
      </div>
    </section>
  );
}
