/** The entry of the page. */

import { render } from "preact";
import { App } from "./app/App.tsx";
import { registerShortcuts } from "./app/actions.ts";
import { showBadge } from "./app/badge.ts";
import { notify } from "./app/notify.ts";
import { readPage } from "./app/page.ts";
import { adopt, takeChosen } from "./app/preferences.ts";
import { watchAddress } from "./app/route.ts";
import { followSettings } from "./app/settings.ts";
import { begin } from "./app/state.ts";
import { startWorker } from "./app/worker.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/sidebar.css";
import "./style/talk.css";
import "./style/message.css";
import "./style/thread.css";
import "./style/words.css";
import "./style/kinds.css";
import "./style/composer.css";
import "./style/dialogs.css";
import "./style/side.css";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
const page = readPage(root);
adopt(page.language);
const client = begin(page);
followSettings(client, takeChosen);
watchAddress();
registerShortcuts();
showBadge();
notify(client);
root.textContent = "";
render(<App />, root);
void client.start();
void startWorker();
