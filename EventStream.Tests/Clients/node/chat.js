// A chat of the AI SDK outside of a page, in each of its versions.
import * as ai5 from 'ai5';
import * as ai6 from 'ai6';
import * as ai7 from 'ai7';

export const versions = { 5: ai5, 6: ai6, 7: ai7 };

class State {
  status = 'ready';
  error = undefined;
  messages;

  constructor(messages) {
    this.messages = messages;
  }

  pushMessage = (message) => (this.messages = [...this.messages, message]);
  popMessage = () => (this.messages = this.messages.slice(0, -1));
  replaceMessage = (index, message) => (this.messages = this.messages.with(index, this.snapshot(message)));
  snapshot = (thing) => structuredClone(thing);
}

/** A chat of a version, and in `faults` what it objects to. */
export function chatOf(version, { id, transport, messages = [], ...options }) {
  const { AbstractChat } = versions[version];
  const faults = [];
  class Chat extends AbstractChat {}
  const chat = new Chat({ id, transport, state: new State(messages), onError: (fault) => faults.push(fault), ...options });
  chat.faults = faults;
  return chat;
}
