/** The entry of the page. */

import { render } from "preact";
import { App } from "./app/App.tsx";
import { readPage } from "./app/page.ts";
import { adopt } from "./app/preferences.ts";
import { watchAddress } from "./app/route.ts";
import { begin } from "./app/state.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/sidebar.css";
import "./style/talk.css";
import "./style/dialogs.css";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
const page = readPage(root);
adopt(page.language);
const client = begin(page);
watchAddress();
root.textContent = "";
render(<App />, root);
void client.start();
