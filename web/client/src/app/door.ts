/** The HTTP door: what does not travel over the socket. */

import { ParleyError, decodeAs, type ConversationPage, type ConversationState, type MessageCreated, type Person } from "@parley/sdk";
import { ROOT, ask, problem } from "../door/ask.ts";
import { cookie } from "./page.ts";

export interface Device {
  readonly id: number;
  readonly platform: string;
  readonly name: string;
  readonly last_seen_at: number;
  readonly last_ip?: string;
  readonly current?: boolean;
}

export interface Member {
  readonly user: number;
  readonly role: string;
  readonly read_number?: number;
  readonly delivered_seq?: number;
}

export interface Members {
  readonly members: readonly Member[];
  readonly member_count: number;
  readonly next?: string;
}

export interface Hit {
  readonly message: MessageCreated;
  readonly text: string;
  readonly highlights: readonly (readonly [number, number])[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: boolean;
}

export const door = {
  devices: async () => (await ask<{ devices: Device[] }>("devices")).devices,
  revoke: (device: number) => ask<void>(`devices/${device}`, { method: "DELETE" }),
  members: (conversation: number, cursor = "") =>
    ask<Members>(`conversations/${conversation}/members?${new URLSearchParams({ limit: "200", cursor })}`),
  leave: (conversation: number) => ask<void>(`conversations/${conversation}/leave`, { method: "POST" }),

  async people(query: string, signal?: AbortSignal): Promise<Person[]> {
    const found = await ask<{ people: unknown[] }>(
      `users?${new URLSearchParams({ query, limit: "30" })}`,
      signal ? { signal } : {},
    );
    return found.people.map((each) => decodeAs<Person>("Person", each));
  },

  async search(query: string, signal?: AbortSignal): Promise<Hit[]> {
    const found = await ask<{ hits: { message: unknown; text: string; highlights?: [number, number][] }[] }>(
      `search?${new URLSearchParams({ q: query, limit: "20" })}`,
      signal ? { signal } : {},
    );
    return found.hits.map(({ message, text, highlights = [] }) => ({
      message: decodeAs<MessageCreated>("message.created", message),
      text,
      highlights,
    }));
  },

  async createGroup(title: string, members: readonly number[], key: string): Promise<ConversationState> {
    const made = await ask("conversations", { method: "POST", body: { title, members }, key });
    return decodeAs<ConversationPage>("conversation.page", made).state;
  },

  /** Uploads with progress, which fetch cannot tell. */
  upload(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${ROOT}files`);
      request.setRequestHeader("X-CSRFToken", cookie("csrftoken"));
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
      request.onload = () => {
        if (request.status < 300) resolve(request.response as StoredFile);
        else reject(problem(request.status, request.response));
      };
      request.onerror = () => reject(new ParleyError("connection_lost", "The upload was cut off."));
      request.onabort = () => reject(new ParleyError("cancelled", "The upload was cancelled."));
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    });
  },
};

export const fileUrl = (id: string): string => `${ROOT}files/${encodeURIComponent(id)}`;
export const thumbnailUrl = (id: string): string => `${fileUrl(id)}/thumbnail`;
