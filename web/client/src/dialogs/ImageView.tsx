/** One picture, as large as the window allows. */

import { Dialog } from "../parts/Dialog.tsx";

export function ImageView({ url, name, close }: { url: string; name: string; close: () => void }) {
  return (
    <Dialog title={name} wide close={close}>
      <a class="viewer" href={url} target="_blank" rel="noopener">
        <img src={url} alt={name} />
      </a>
    </Dialog>
  );
}
