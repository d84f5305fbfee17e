/**
 * For networks that let no WebSocket through: the same protocol over HTTP, and the choice between the two.
 */

export { withFallback, type FallbackOptions } from "./fallback.ts";
export { pollTransport, type PollOptions } from "./poll.ts";
