/**
 * Files on their way to the server, in pieces: each goes on where it stopped, after a lost connection and after a reload.
 */

import { ParleyError } from "../errors.ts";
import type { Api } from "../http/api.ts";
import type { StoredFile } from "../http/answers.ts";
import { clientKey } from "../keys.ts";
import type { Clock, Random, Report, Storage } from "../ports.ts";
import { Store, type Pace } from "../stores/store.ts";

export interface UploadItem {
  readonly id: string;
  /** What the application said where it belongs, for instance a conversation. */
  readonly place: string;
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
  /** Bytes that the server has. */
  readonly sent: number;
  /** paused: there is no connection; it goes on by itself. failed: refused, `retry` or `cancel`. */
  readonly state: "waiting" | "sending" | "paused" | "done" | "failed";
  readonly file: StoredFile | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export type UploadsSnapshot = readonly UploadItem[];

export interface UploadPorts {
  readonly api: Pick<Api, "beginUpload" | "uploadState" | "putChunk" | "completeUpload" | "dropUpload">;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: Report;
  readonly pace: Pace;
}

interface Kept {
  readonly id: string;
  readonly place: string;
  readonly name: string;
  readonly media_type: string;
  readonly blob: Blob;
  readonly upload: string;
  readonly chunk: number;
}

interface Job {
  kept: Kept;
  item: UploadItem;
  stop: AbortController;
  tries: number;
  resolve(file: StoredFile): void;
  reject(error: ParleyError): void;
  readonly done: Promise<StoredFile>;
}

const PREFIX = "upload/";
/** At the same time: one that is slow does not hold up all, and text is not crowded out. */
const AT_ONCE = 2;
/** Bytes of the first piece; doubled while a piece takes less than a second, so that progress is seen to move. */
const FIRST_PIECE = 256 * 1024;
const QUICK_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class Uploads extends Store<UploadsSnapshot> {
  private readonly ports: UploadPorts;
  private readonly jobs = new Map<string, Job>();

  constructor(ports: UploadPorts) {
    super(ports.pace, ports.report);
    this.ports = ports;
  }

  /** Takes a file; `done` resolves with what to name in a message. */
  add(blob: Blob, { name = "file", media_type = blob.type, place = "" } = {}): {
    readonly id: string;
    readonly done: Promise<StoredFile>;
  } {
    const id = clientKey(this.ports.random);
    const type = media_type || "application/octet-stream";
    const job = this.take({ id, place, name, media_type: type, blob, upload: "", chunk: 0 });
    this.keep(job);
    this.next();
    this.ports.pace.flush();
    return { id, done: job.done };
  }

  /** Takes up what an earlier page left behind. */
  async restore(): Promise<void> {
    for (const [, value] of await this.ports.storage.list(PREFIX)) {
      const kept = value as Kept;
      if (!this.jobs.has(kept.id)) this.take(kept);
    }
    this.flush();
  }

  /** The end of one that is known by its id, also after a reload. */
  done(id: string): Promise<StoredFile> | undefined {
    return this.jobs.get(id)?.done;
  }

  /** Sends a failed one again; `done(id)` is its new end. */
  retry(id: string): void {
    const job = this.jobs.get(id);
    if (job?.item.state !== "failed") return;
    this.take(job.kept);
    this.flush();
    this.ports.pace.flush();
  }

  /** Gives one up, and forgets it; one that is done is only forgotten. */
  cancel(id: string): void {
    const job = this.jobs.get(id);
    if (job === undefined) return;
    this.forget(job);
    this.ports.pace.flush();
    job.stop.abort();
    if (job.item.state === "done") return;
    job.reject(new ParleyError("cancelled", "The upload was cancelled."));
    if (job.kept.upload) this.ports.api.dropUpload(job.kept.upload).catch(() => undefined); // the server sweeps it later
    this.next();
  }

  /** The network is back: what paused goes on at once. */
  flush(): void {
    for (const job of this.jobs.values()) this.wake(job);
    this.next();
  }

  protected build(): UploadsSnapshot {
    return [...this.jobs.values()].map(({ item }) => item);
  }

  private wake(job: Job): void {
    if (job.item.state === "paused") this.move(job, { state: "waiting" });
  }

  private next(): void {
    let free = AT_ONCE - [...this.jobs.values()].filter(({ item }) => item.state === "sending").length;
    for (const job of this.jobs.values()) {
      if (free <= 0) return;
      if (job.item.state !== "waiting") continue;
      free -= 1;
      void this.run(job);
    }
  }

  private take(kept: Kept): Job {
    let resolve: Job["resolve"] = () => undefined;
    let reject: Job["reject"] = () => undefined;
    const done = new Promise<StoredFile>((good, bad) => {
      resolve = good;
      reject = bad;
    });
    done.catch(() => undefined); // whoever wants the failure looks at the item or awaits `done`
    const { id, place, name, media_type, blob } = kept;
    const item: UploadItem = {
      ...{ id, place, name, media_type, size: blob.size, sent: 0 },
      ...{ state: "waiting", file: null, error: null },
    };
    const job: Job = { kept, item, stop: new AbortController(), tries: 0, resolve, reject, done };
    this.jobs.set(id, job);
    this.changed();
    return job;
  }

  private async run(job: Job): Promise<void> {
    this.move(job, { state: "sending", error: null });
    try {
      const file = await this.send(job);
      this.move(job, { state: "done", sent: job.kept.blob.size, file });
      this.unkeep(job);
      job.resolve(file);
    } catch (cause) {
      this.stopped(job, cause instanceof ParleyError ? cause : new ParleyError("internal", String(cause)));
    }
    this.next();
  }

  private async send(job: Job): Promise<StoredFile> {
    const { api, clock } = this.ports;
    const { signal } = job.stop;
    let offset = await this.begin(job);
    let piece = FIRST_PIECE;
    while (offset < job.kept.blob.size) {
      const began = clock.now();
      const end = Math.min(job.kept.blob.size, offset + Math.min(piece, job.kept.chunk || piece));
      const answer = await api.putChunk(job.kept.upload, offset, job.kept.blob.slice(offset, end), signal);
      offset = answer.offset;
      job.tries = 0;
      if (clock.now() - began < QUICK_MS) piece *= 2;
      this.move(job, { sent: offset });
    }
    return api.completeUpload(job.kept.upload, signal);
  }

  /** Where to go on: a new upload, or what the server has of the earlier one. */
  private async begin(job: Job): Promise<number> {
    const { api } = this.ports;
    const { name, media_type, blob } = job.kept;
    if (job.kept.upload) {
      try {
        const { offset } = await api.uploadState(job.kept.upload);
        this.move(job, { sent: offset });
        return offset;
      } catch (cause) {
        if (!(cause instanceof ParleyError) || cause.code !== "not_found") throw cause;
      }
    }
    const { upload, chunk } = await api.beginUpload({ name, size: blob.size, media_type });
    job.kept = { ...job.kept, upload, chunk };
    this.keep(job);
    return 0;
  }

  private stopped(job: Job, error: ParleyError): void {
    if (this.jobs.get(job.item.id) !== job) return;
    // "conflict": the server has another offset than was thought; the next try asks for it.
    if ((error.retryable || error.code === "conflict") && job.tries < 20) {
      const ceiling = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** job.tries++);
      this.move(job, { state: "paused", error: { code: error.code, message: error.message } });
      const wait = error.retryAfter * 1000 || ceiling / 2 + (this.ports.random() * ceiling) / 2;
      this.ports.clock.after(wait, () => {
        this.wake(job);
        this.next();
      });
      return;
    }
    this.move(job, { state: "failed", error: { code: error.code, message: error.message } });
    job.reject(error);
  }

  private move(job: Job, change: Partial<UploadItem>): void {
    job.item = { ...job.item, ...change };
    this.changed();
  }

  private forget(job: Job): void {
    this.jobs.delete(job.item.id);
    this.unkeep(job);
    this.changed();
  }

  private keep({ kept }: Job): void {
    const { storage, report } = this.ports;
    storage.put(PREFIX + kept.id, kept).catch((cause) => report("an upload was not kept for a reload", cause));
  }

  private unkeep({ kept }: Job): void {
    this.ports.storage.remove(PREFIX + kept.id).catch((cause) => this.ports.report("an upload was not removed", cause));
  }
}
