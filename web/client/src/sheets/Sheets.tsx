/** What lies above the page for a message: forwarding it, who has read it, how it was, its pictures, when to see it again. */

import { sheet } from "../talk/place.ts";
import { Edits } from "./Edits.tsx";
import { FileView } from "./FileView.tsx";
import { Forward } from "./Forward.tsx";
import { Lightbox } from "./Lightbox.tsx";
import { MergedView } from "./MergedView.tsx";
import { Readers } from "./Readers.tsx";
import { When } from "./When.tsx";
import { Report } from "./Report.tsx";
import { Reports } from "./Reports.tsx";
import "../style/sheets.css";

export function Sheets() {
  const now = sheet.value;
  const close = (): void => {
    if (sheet.value === now) sheet.value = null;
  };
  switch (now?.is) {
    case "forward":
      return <Forward source={now.conversation} messages={now.messages} done={now.done} close={close} />;
    case "merged":
      return <MergedView message={now.message} close={close} />;
    case "readers":
      return <Readers message={now.message} close={close} />;
    case "edits":
      return <Edits message={now.message} close={close} />;
    case "file":
      return <FileView file={now.file} name={now.name} look={now.look} close={close} />;
    case "when":
      return <When what={now.what} choose={now.choose} close={close} />;
    case "report":
      return <Report message={now.message} close={close} />;
    case "reports":
      return <Reports conversation={now.conversation} close={close} />;
    case "pictures":
      return <Lightbox list={now.list} at={now.at} conversation={now.conversation} close={close} />;
    default:
      return null;
  }
}
