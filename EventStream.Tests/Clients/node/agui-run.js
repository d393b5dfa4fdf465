// Runs agents with the client of AG-UI: node agui-run.js VERSION URL STEP... VERSION is 1 or 0; each STEP is JSON: {"runId", "say"?, "answer"?}.
// Prints a line each: "event TYPE", then "ended MESSAGES" or "failed TEXT" for each step; "interrupts JSON"; "warning TEXT" for what the client objects to.
const [version, url, ...steps] = process.argv.slice(2);
const { HttpAgent } = await import(version === '0' ? 'ag-ui-client-0' : '@ag-ui/client');

const say = (...words) => console.log(words.join(' ').replaceAll('\n', ' '));
console.warn = (...words) => say('warning', ...words);
// A cut connection rejects twice: once to the caller, and once inside of the client.
process.on('unhandledRejection', (reason) => say('unhandled', String(reason)));

const agent = new HttpAgent({ url, threadId: 'thread' });
let interrupts = [];
for (const step of steps.map((text) => JSON.parse(text))) {
  if (step.say) agent.addMessage({ id: `${step.runId}-question`, role: 'user', content: step.say });
  const resume = step.answer === undefined ? undefined : interrupts.map((each) => ({ interruptId: each.id, status: 'resolved', payload: { approved: step.answer } }));
  try {
    await agent.runAgent({ runId: step.runId, resume }, {
      onEvent: ({ event }) => {
        say('event', event.type);
        if (event.outcome?.type === 'interrupt') interrupts = event.outcome.interrupts;
        if (event.type === 'RUN_FINISHED') say('outcome', JSON.stringify(event.outcome ?? event.result ?? null));
      },
    });
    say('ended', JSON.stringify(agent.messages.map((message) => [message.role, message.content ?? message.toolCalls?.map((call) => call.function.name)])));
  } catch (fault) {
    say('failed', String(fault));
    // The address may be told only now where to go on.
    if (step.pause) await new Promise((resolve) => process.stdin.once('data', resolve));
  }
}
say('done');
process.exit(0);
