// @slack/web-api, unmodified: argv: base URL, token, channel, user. Prints what it saw as JSON; fails when a call does.
import { WebClient, ErrorCode } from "@slack/web-api";

const [base, token, channel, user] = process.argv.slice(2);
const client = new WebClient(token, { slackApiUrl: base, retryConfig: { retries: 0 } });

const who = await client.auth.test();
const blocks = [{ type: "section", text: { type: "mrkdwn", text: `*node* <@${user}>` } }];
const posted = await client.chat.postMessage({ channel, text: "from node", blocks });
await client.chat.update({ channel, ts: posted.ts, text: "changed by node" });
await client.reactions.add({ channel, timestamp: posted.ts, name: "eyes" });
const members = [];
for await (const page of client.paginate("conversations.members", { channel, limit: 1 })) members.push(...page.members);
const content = Buffer.from("a=1&%zz;\u0000".repeat(1000));
const sent = await client.files.uploadV2({ channel_id: channel, file: content, filename: "node.bin", title: "Node" });
const history = await client.conversations.history({ channel, limit: 2, include_all_metadata: false });
let refused = "";
try {
  await client.conversations.info({ channel: "C0000099999" });
} catch (problem) {
  refused = problem.code === ErrorCode.PlatformError ? problem.data.error : String(problem);
}
console.log(
  JSON.stringify({
    bot: who.bot_id,
    scopes: who.response_metadata.scopes,
    blocks: posted.message.blocks.length,
    members: members.length,
    size: sent.files[0].files[0].size,
    texts: history.messages.map((each) => each.text),
    refused,
  }),
);
