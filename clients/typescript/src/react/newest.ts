import type { GetTicket } from "../index.js";

interface Follower extends GetTicket {
  newest: GetTicket;
}

const followers = new WeakMap<GetTicket, Follower>();

/** A function that asks the newest one of those that a component gives. It is the same for all that begin with the same one, so that they share a connection. */
export function followerOf(getTicket: GetTicket): GetTicket {
  const known = followers.get(getTicket);
  if (known !== undefined) return known;
  const follower: Follower = Object.assign(() => follower.newest(), { newest: getTicket });
  followers.set(getTicket, follower);
  return follower;
}

/** Has what follows one function ask another one from now on. */
export function replace(before: GetTicket | undefined, now: GetTicket | undefined): void {
  const follower = before === undefined || before === now ? undefined : followers.get(before);
  if (follower === undefined || now === undefined) return;
  follower.newest = now;
  followers.set(now, follower);
}
