// @slack/bolt, unmodified, in Socket Mode: argv: base URL, token. Says "ready", then what it heard; greets whoever says hello.
import bolt from "@slack/bolt";

const [base, token] = process.argv.slice(2);
const app = new bolt.App({
  token,
  appToken: token.replace("xoxb-", "xapp-"),
  socketMode: true,
  logLevel: bolt.LogLevel.ERROR,
  clientOptions: { slackApiUrl: base },
});
app.event("message", async ({ event, say }) => {
  console.log(`heard ${event.text}`);
  if (event.text?.startsWith("hello")) await say({ text: `hi to ${event.text}`, thread_ts: event.ts });
});
app.command(/deploy/, async ({ command, ack }) => {
  await ack(`node deploys ${command.text}`);
});
await app.start();
console.log("ready");
