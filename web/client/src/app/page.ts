/** What the server wrote into the page: who is signed in, and how to show that the page is ours when changing things. */

export interface Page {
  readonly user: number;
  readonly username: string;
  readonly name: string;
  readonly otherName: string;
  readonly language: string;
  readonly staff: boolean;
}

export function readPage(root: HTMLElement): Page {
  const { user = "0", username = "", name = "", otherName = "", language = "en", staff = "" } = root.dataset;
  return { user: Number(user), username, name, otherName, language, staff: staff === "true" };
}

export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** A preference that the server reads too, when it draws the page. */
export function keepCookie(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
