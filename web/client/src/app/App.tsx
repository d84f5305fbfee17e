/** The page: conversations left, one of them right, dialogs above. */

import { useSignalEffect } from "@preact/signals";
import { Details } from "../dialogs/Details.tsx";
import { Devices } from "../dialogs/Devices.tsx";
import { ImageView } from "../dialogs/ImageView.tsx";
import { NewChat } from "../dialogs/NewChat.tsx";
import { Sidebar } from "../sidebar/Sidebar.tsx";
import { Talk } from "../talk/Talk.tsx";
import { t } from "../words/index.ts";
import { Banner } from "./Banner.tsx";
import { titleOf } from "./names.ts";
import { announcement, dialog, inbox, row, selected } from "./state.ts";

export function App() {
  useSignalEffect(() => {
    const { unread } = inbox.value;
    const name = row.value ? `${titleOf(row.value)} · ` : "";
    document.title = `${unread > 0 ? `(${unread > 999 ? "999+" : unread}) ` : ""}${name}Parley`;
  });
  return (
    <div class={selected.value ? "app talking" : "app"}>
      <Banner />
      <Sidebar />
      <main>
        <Main />
      </main>
      <Dialogs />
      <p class="hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}

function Main() {
  if (row.value) return <Talk key={row.value.conversation} row={row.value} />;
  return (
    <div class="nothing">
      <h1>{t("pick")}</h1>
      <p>{t("pick_hint")}</p>
    </div>
  );
}

function Dialogs() {
  const now = dialog.value;
  const close = (): void => void (dialog.value = null);
  switch (now?.is) {
    case "new":
      return <NewChat close={close} />;
    case "devices":
      return <Devices close={close} />;
    case "details":
      return <Details conversation={now.conversation} close={close} />;
    case "image":
      return <ImageView url={now.url} name={now.name} close={close} />;
    default:
      return null;
  }
}
