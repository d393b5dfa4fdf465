import { createRoot } from "react-dom/client";
import { traceNodes, traceTree, foldEvents, initialTrace, reduceTrace, type TraceNode } from "../../src/index.js";
import { AgentTimeline, ApprovalPrompt, JsonView, MetricsPanel, RunControls, RunStatus, RunTree, ToolCallInspector, TraceDetail, Waterfall } from "../../src/components/index.js";
import { MessageView } from "../../src/markdown/index.js";
import { answer, sampleEvents } from "./sample-events.js";
import { stylesOf } from "./styles-of.js";

const events = sampleEvents();
const nodes = traceNodes(traceTree(foldEvents(reduceTrace, initialTrace, events)));
const named = (name: string): TraceNode | undefined => nodes.find((node) => node.name === name);
const laidOut = (text: string) => <MessageView text={text} />;

const all = {
  RunStatus: <RunStatus events={events} runId="main" />,
  RunControls: <RunControls events={events} sessionId="s" />,
  AskForm: <RunControls events={[]} sessionId="s" />,
  ApprovalPrompt: <ApprovalPrompt events={events} sessionId="s" />,
  AgentTimeline: <AgentTimeline events={events} renderText={laidOut} />,
  ToolCallInspector: <ToolCallInspector events={events} />,
  RunTree: <RunTree events={events} />,
  Waterfall: <Waterfall events={events} selected={named("read_disk")?.key} />,
  FailedCall: <TraceDetail node={named("read_disk")} />,
  Result: <TraceDetail node={named("delegate")} />,
  Run: <TraceDetail node={named("worker")} />,
  MetricsPanel: <MetricsPanel events={events} />,
  JsonView: <JsonView label="A value" text={'{"price":1.10,"id":9007199254740993,"name":"a\\u202eb","__proto__":{"x":null},"list":[],"ok":true}'} />,
  MessageView: <MessageView text={answer} />,
};

Object.assign(globalThis, { stylesOf });
createRoot(document.getElementById("root") as HTMLElement).render(
  Object.entries(all).map(([name, component]) => (
    <section key={name} data-component={name} style={{ display: "block", margin: "0 0 24px", padding: 0, width: 800 }}>
      {component}
    </section>
  )),
);
