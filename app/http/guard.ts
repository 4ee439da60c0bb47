// Who may talk to the loopback server. Other programs of this machine and other pages of the same browser can reach
// it too, so every request must name the server by its own loopback address (a foreign name that was made to point
// here is refused), and every call must come from the server's own page, or from no page at all, with the token.
// Refuses to say which part of a token was wrong, by its answer or by the time it takes.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 415;
  readonly reason: string;
}

export class Guard {
  /** 32 random bytes, in letters that need no escape in an address. */
  readonly token = randomBytes(32).toString("base64url");
  readonly #digest = digestOf(this.token);
  readonly #hosts: readonly string[];
  readonly #tickets = new Set<string>();
  /** A browser keeps cookies by host and not by port: two servers must not take each other's. */
  readonly #cookie: string;

  constructor(port: number) {
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    this.#cookie = `initlab_${port}`;
  }

  isToken(given: string | null | undefined): boolean {
    return typeof given === "string" && timingSafeEqual(digestOf(given), this.#digest);
  }

  /** A token that lets in once: other users of this machine can read what a program is started with. */
  newTicket(): string {
    const ticket = randomBytes(32).toString("base64url");
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Whether this is the token, or a ticket that was not used before. */
  admits(given: string): boolean {
    return this.isToken(given) || this.#tickets.delete(given);
  }

  /** The Set-Cookie that lets the page call without knowing the token. It goes back to the calls alone. */
  get cookie(): string {
    return `${this.#cookie}=${this.token}; Path=/api; HttpOnly; SameSite=Strict`;
  }

  /** For every request. */
  refusesHost({ host }: IncomingHttpHeaders): Refusal | null {
    if (host !== undefined && this.#hosts.includes(host)) return null;
    return { status: 403, reason: `the Host header is not this server's; ${this.#hosts[0]} would be right` };
  }

  /** For a call, after `refusesHost`. */
  refusesCall(headers: IncomingHttpHeaders): Refusal | null {
    const { host, origin, "sec-fetch-site": site, "content-type": mediaType } = headers;
    const bearer = /^Bearer ([A-Za-z0-9_-]+)$/.exec(headers.authorization ?? "")?.[1];
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, reason: "the call comes from another page; only the lab's own may call" };
    if (site !== undefined && site !== "same-origin")
      return { status: 403, reason: "the call comes from another site; only the lab's own page may call" };
    // A cookie is sent by a browser, and a browser says where a POST comes from.
    if (bearer === undefined && origin === undefined)
      return { status: 403, reason: "the call has no Origin; without one the token must be a Bearer's" };
    if (!this.isToken(bearer ?? cookieOf(headers.cookie, this.#cookie)))
      return { status: 401, reason: "the token is missing or wrong; open the address that the lab printed" };
    // Not a type that a form of a foreign page could send.
    if (!/^application\/json\s*(?:;|$)/i.test(mediaType ?? ""))
      return { status: 415, reason: "the arguments are not application/json" };
    return null;
  }
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const start = `${name}=`;
  return header
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(start))
    ?.slice(start.length);
}
