/** A component that is drawn again only when a property is another value. */

import { Component, h, type ComponentType, type FunctionComponent, type VNode } from "preact";

export function memo<Props extends object>(Inner: FunctionComponent<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const [a, b] = [this.props as Readonly<Record<string, unknown>>, next as Readonly<Record<string, unknown>>];
      return Object.keys(b).some((key) => a[key] !== b[key]) || Object.keys(a).length !== Object.keys(b).length;
    }

    override render(): VNode {
      return h(Inner as FunctionComponent<object>, this.props);
    }
  };
}
