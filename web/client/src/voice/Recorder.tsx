/** Recording a voice message in place of the field: the wave as one speaks, then send or throw away. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { toast } from "../app/layers.ts";
import { client } from "../app/state.ts";
import { transfer } from "../compose/transfer.ts";
import { seconds } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import type { Place } from "../talk/place.ts";
import { why } from "../words/index.ts";
import { t } from "../words/voice/index.ts";
import { barsOf } from "./Player.tsx";
import "../style/voice.css";

const SAMPLE_MS = 100;
const LONGEST_MS = 5 * 60_000;
const SHORTEST_MS = 600;
const BARS = 64;
const FORMATS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"] as const;

interface Running {
  readonly recorder: MediaRecorder;
  readonly stream: MediaStream;
  readonly context: AudioContext;
  readonly startedAt: number;
  readonly timer: ReturnType<typeof setInterval>;
}

export function Recorder({ place, close }: { place: Place; close: () => void }) {
  const wave = useSignal<readonly number[]>([]);
  const at = useSignal(0);
  const state = useSignal<"asking" | "recording" | "sending" | "kept">("asking");
  const running = useRef<Running | null>(null);
  const parts = useRef<Blob[]>([]);
  const recorded = useRef<{ readonly file: File; readonly length: number } | null>(null);
  const gone = useRef(false);
  const release = (): void => {
    const now = running.current;
    running.current = null;
    if (!now) return;
    clearInterval(now.timer);
    for (const track of now.stream.getTracks()) track.stop();
    void now.context.close();
  };
  useEffect(() => {
    void begin(parts.current, (loud, elapsed) => {
      wave.value = [...wave.value, loud];
      at.value = elapsed;
      if (elapsed >= LONGEST_MS) void send();
    }).then(
      (now) => {
        running.current = now;
        if (gone.current) release();
        else state.value = "recording";
      },
      () => {
        toast.value = { text: t("no_microphone") };
        close();
      },
    );
    return () => {
      gone.current = true;
      release();
    };
  }, []);
  const send = async (): Promise<void> => {
    if (state.value === "recording") await finish();
    else if (state.value !== "kept") return;
    if (!recorded.current) return close();
    state.value = "sending";
    const { file, length } = recorded.current;
    try {
      const stored = await transfer(file, () => undefined, new AbortController().signal);
      const body = { file: stored.id, duration_ms: length, waveform: barsOf(wave.value, Math.min(BARS, Math.max(1, wave.value.length))) };
      place.said.value++;
      client().send({ conversation: place.row.peek().conversation, kind: "voice", body, ...(place.root ? { thread_root: place.root } : {}) });
      close();
    } catch (cause) {
      // What was said is kept: it can be sent again, or thrown away.
      state.value = "kept";
      toast.value = { text: t("voice_not_sent", { why: why((cause as { code?: string }).code ?? "internal") }) };
    }
  };
  /** Ends the recording; what is too short to be meant is not kept. */
  const finish = async (): Promise<void> => {
    const now = running.current;
    if (!now) return;
    const length = Date.now() - now.startedAt;
    state.value = "sending";
    await new Promise<void>((resolve) => {
      now.recorder.onstop = () => resolve();
      now.recorder.stop();
    });
    const { mimeType } = now.recorder;
    release();
    const ending = mimeType.includes("mp4") ? "m4a" : mimeType.includes("ogg") ? "ogg" : "webm";
    if (length >= SHORTEST_MS) recorded.current = { file: new File(parts.current, `voice.${ending}`, { type: mimeType }), length };
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && (event.target as HTMLElement).tagName !== "BUTTON") void send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="recorder" role="group" aria-label={t("recording")} onKeyDown={key}>
      <button type="button" class="quiet round" aria-label={t("throw_away")} title={t("throw_away")} onClick={close}>
        <Icon name="trash" />
      </button>
      <span class={state.value === "recording" ? "rec-dot on" : "rec-dot"} aria-hidden="true" />
      <span class="voice-time" role="timer">
        {seconds(at.value)}
      </span>
      <span class="wave live" aria-hidden="true">
        {wave.value.slice(-BARS).map((height, index) => (
          <i key={index} class="on" style={{ height: `${Math.max(8, height)}%` }} />
        ))}
      </span>
      <span class="hint">{state.value === "asking" ? t("microphone") : state.value === "sending" ? t("sending_voice") : state.value === "kept" ? t("voice_kept") : ""}</span>
      <button type="button" class="send round" aria-label={t("send_voice")} title={t("send_voice")} disabled={state.value !== "recording" && state.value !== "kept"} ref={(button) => button?.focus()} onClick={() => void send()}>
        <Icon name="send" size={18} />
      </button>
    </div>
  );
}

/** Opens the microphone; `hear` gets how loud it is, ten times a second. */
async function begin(parts: Blob[], hear: (loud: number, elapsed: number) => void): Promise<Running> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  const format = FORMATS.find((each) => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, { ...(format ? { mimeType: format } : {}), audioBitsPerSecond: 32_000 });
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  recorder.start(1000);
  const startedAt = Date.now();
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const mean = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
    hear(Math.min(100, Math.round(mean * 320)), Date.now() - startedAt);
  }, SAMPLE_MS);
  return { recorder, stream, context, startedAt, timer };
}
