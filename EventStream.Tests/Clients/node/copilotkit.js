// Runs agents as frontends of CopilotKit do: node copilotkit.js URL TRANSPORT THREAD STEP... Each STEP is JSON: {"run": text, "later"?}, {"connect": true}, {"stop": true} or {"until": type}, which waits for an event.
// Prints a line each: "agents NAMES"; for each step "event TYPE", then "ended MESSAGES" or "failed TEXT".
// It connects in pages alone.
globalThis.window = { location: new URL('http://localhost/'), addEventListener() {}, removeEventListener() {} };
const { CopilotKitCore } = await import('@copilotkit/core');

const say = (...words) => console.log(words.join(' ').replaceAll('\n', ' '));
process.on('unhandledRejection', (reason) => say('unhandled', String(reason)));
console.warn = (...words) => say('warning', ...words);

const [url, transport, thread, ...steps] = process.argv.slice(2);
const core = new CopilotKitCore({ runtimeUrl: url, runtimeTransport: transport });
await new Promise((resolve) => {
  const look = () => (core.runtimeConnectionStatus === 'connected' ? resolve() : setTimeout(look, 10));
  look();
});
say('agents', Object.keys(core.agents).sort().join(','));
const agent = core.getAgent('assistant');
agent.threadId = thread;
const seen = new Set();
agent.subscribe({ onEvent: ({ event }) => (seen.add(event.type), say('event', event.type)) });
const until = (type) => new Promise((resolve) => {
  const look = () => (seen.has(type) ? resolve() : setTimeout(look, 10));
  look();
});
const shown = () => JSON.stringify(agent.messages.map((message) => [message.role, message.content ?? message.toolCalls?.map((call) => call.function.name)]));

for (const step of steps.map((text) => JSON.parse(text))) {
  try {
    if (step.run) agent.addMessage({ id: `q-${step.run}`, role: 'user', content: step.run });
    if (step.later) void core.runAgent({ agent });
    else if (step.run) await core.runAgent({ agent });
    else if (step.connect) await core.connectAgent({ agent });
    else if (step.stop) agent.abortRun();
    else await until(step.until);
    say('ended', shown());
  } catch (fault) {
    say('failed', String(fault));
  }
}
say('done');
process.exit(0);
