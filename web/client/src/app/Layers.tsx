/** The dialog and the card above the page. Each is fetched when it is first opened. */

import { useEffect } from "preact/hooks";
import { lazy } from "../parts/lazy.tsx";
import { SwitcherField } from "./SwitcherField.tsx";
import { card, dialog, pane, type Dialog } from "./layers.ts";

const NewChat = lazy(async () => (await import("../dialogs/NewChat.tsx")).NewChat);
const Settings = lazy(async () => (await import("../dialogs/Settings.tsx")).Settings);
const Status = lazy(async () => (await import("../dialogs/Status.tsx")).Status);
const Switcher = lazy(async () => (await import("../search/Switcher.tsx")).Switcher, SwitcherField);
const Shortcuts = lazy(async () => (await import("../dialogs/Shortcuts.tsx")).Shortcuts);
const FolderDialog = lazy(async () => (await import("../dialogs/FolderDialog.tsx")).FolderDialog);
const Invite = lazy(async () => (await import("../dialogs/Invite.tsx")).Invite);
const Leave = lazy(async () => (await import("../dialogs/Leave.tsx")).Leave);
const ImageView = lazy(async () => (await import("../dialogs/ImageView.tsx")).ImageView);
const AppModal = lazy(async () => (await import("../cards/AppModal.tsx")).AppModal);
const ProfileCard = lazy(async () => (await import("../dialogs/ProfileCard.tsx")).ProfileCard);

export function Layers() {
  const now = dialog.value;
  const close = (): void => {
    // A dialog may have opened another one in its place.
    if (dialog.value === now) dialog.value = null;
  };
  // What is about a conversation goes with it: a dialog does not outlive the pane it came from, nor a card a dialog.
  useEffect(() => void (card.value = null), [now, pane.value]);
  return (
    <>
      {now && <Box key={now.is} now={now} close={close} />}
      {card.value && <ProfileCard key={card.value.user} {...card.value} close={() => (card.value = null)} />}
    </>
  );
}

function Box({ now, close }: { now: Dialog; close: () => void }) {
  switch (now.is) {
    case "new":
      return <NewChat members={now.members ?? []} close={close} />;
    case "devices":
      return <Settings page="devices" close={close} />;
    case "settings":
      return <Settings page={now.page ?? "profile"} close={close} />;
    case "status":
      return <Status close={close} />;
    case "switcher":
      return <Switcher close={close} />;
    case "shortcuts":
      return <Shortcuts close={close} />;
    case "folder":
      return <FolderDialog folder={now.folder} close={close} />;
    case "invite":
      return <Invite conversation={now.conversation} close={close} />;
    case "leave":
      return <Leave conversation={now.conversation} close={close} />;
    case "modal":
      return <AppModal key={now.modal} modal={now.modal} body={now.body} close={close} />;
    case "image":
      return <ImageView url={now.url} name={now.name} close={close} />;
  }
}
