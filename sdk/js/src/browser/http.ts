/**
 * The HTTP port over fetch: a session cookie with its CSRF token, or a bearer token.
 */

import type { Http } from "../ports.ts";

export interface HttpOptions {
  /** Where the server is; "" for this page's own. */
  readonly origin?: string;
  /** A bearer token instead of the cookie. */
  readonly token?: () => Promise<string>;
}

export function fetchHttp({ origin = "", token }: HttpOptions = {}): Http {
  return async ({ method, url, headers, body, signal }) => {
    const bearer = token ? { Authorization: `Bearer ${await token()}` } : {};
    const csrf = token || method === "GET" ? {} : { "X-CSRFToken": cookie("csrftoken") };
    const answer = await fetch(origin + url, {
      method,
      headers: { ...headers, ...bearer, ...csrf },
      credentials: token ? "omit" : "same-origin",
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    return {
      status: answer.status,
      header: (name) => answer.headers.get(name) ?? "",
      json: () => answer.json() as Promise<unknown>,
    };
  };
}

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
