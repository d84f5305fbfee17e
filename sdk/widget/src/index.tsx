/**
 * The widget as a page adds it: `ParleyWidget.open({ server, token, conversation })`. See docs/howto/widget.md.
 */

import { createRef, render } from "preact";
import { STYLE } from "./style.ts";
import { Talk, type WidgetOptions } from "./talk.ts";
import { Widget } from "./Widget.tsx";
import { speaker } from "./words.ts";

export type { WidgetOptions };

export interface OpenWidget {
  show(): void;
  hide(): void;
  /** Ends the connection and takes the widget from the page. */
  remove(): void;
  /** The element in the page; its shadow tree is the widget. */
  readonly element: HTMLElement;
}

/** Puts the widget into the page and connects it. */
export function open(options: WidgetOptions): OpenWidget {
  const language = options.language ?? (document.documentElement.lang || navigator.language || "en");
  const element = document.createElement("parley-widget");
  element.lang = language;
  const tree = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  tree.adoptedStyleSheets = [sheet];

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (): void => {
    const { theme = "auto" } = options;
    element.dataset.theme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  };
  paint();
  dark.addEventListener("change", paint);

  const talk = new Talk(options);
  const view = createRef<Widget>();
  render(<Widget ref={view} talk={talk} say={speaker(language)} language={language} />, tree);
  (options.parent ?? document.body).append(element);
  void talk.client.start();
  return {
    element,
    show: () => view.current?.show(true),
    hide: () => view.current?.show(false),
    remove() {
      talk.stop();
      dark.removeEventListener("change", paint);
      render(null, tree);
      element.remove();
    },
  };
}
