/** A voice message: play, the wave that shows where one is, the speed. Only one speaks at a time. */

import type { MessageCreated } from "@parley/sdk";
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fileUrl } from "../app/door.ts";
import { seconds, textOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/voice/index.ts";
import "../style/voice.css";

const SPEEDS = [1, 1.5, 2, 0.75] as const;
const BARS = 40;
/** Chosen once, kept for the next message. */
const speed = signal<number>(1);
let speaking: HTMLAudioElement | null = null;

export function Player({ message }: { message: MessageCreated }) {
  const { body } = message;
  const audio = useRef<HTMLAudioElement>(null);
  const at = useSignal(0);
  const playing = useSignal(false);
  const failed = useSignal(false);
  const length = Math.max(Number(body.duration_ms) || 0, 1);
  const bars = barsOf(body.waveform, BARS);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed.value;
  }, [speed.value, playing.value]);
  const toggle = (): void => {
    const element = audio.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    if (speaking !== element) speaking?.pause();
    speaking = element;
    element.play().catch(() => (failed.value = true));
  };
  const seek = (to: number): void => {
    const element = audio.current;
    if (!element) return;
    at.value = Math.max(0, Math.min(length, to));
    element.currentTime = at.value / 1000;
  };
  const key = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -5000, ArrowRight: 5000 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(at.value + step);
  };
  return (
    <div class="voice" role="group" aria-label={t("voice_of", { length: seconds(length) })}>
      <audio
        ref={audio}
        src={fileUrl(textOf(body, "file"))}
        preload="none"
        onTimeUpdate={(event) => (at.value = event.currentTarget.currentTime * 1000)}
        onPlay={() => (playing.value = true)}
        onPause={() => (playing.value = false)}
        onEnded={() => (at.value = 0)}
        onError={() => (failed.value = playing.value)}
      />
      <button type="button" class="voice-play" tabIndex={-1} aria-label={playing.value ? t("pause") : t("play")} onClick={toggle}>
        <Icon name={playing.value ? "pause" : "play"} size={18} />
      </button>
      <div
        class="wave"
        role="slider"
        tabIndex={-1}
        aria-label={t("position")}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.round(at.value / 1000)}
        aria-valuetext={seconds(at.value)}
        onKeyDown={key}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - left) / width) * length);
        }}
      >
        {bars.map((height, index) => (
          <i key={index} class={(index + 0.5) / bars.length <= at.value / length ? "on" : ""} style={{ height: `${Math.max(10, height)}%` }} />
        ))}
      </div>
      <span class="voice-time">{failed.value ? t("voice_failed") : seconds(playing.value || at.value > 0 ? at.value : length)}</span>
      <button
        type="button"
        class="voice-speed"
        tabIndex={-1}
        aria-label={t("speed", { speed: speed.value })}
        onClick={() => (speed.value = SPEEDS[(SPEEDS.indexOf(speed.value as (typeof SPEEDS)[number]) + 1) % SPEEDS.length] ?? 1)}
      >
        {speed.value}×
      </button>
    </div>
  );
}

/** So many bars of a wave, each the loudest of its share; the loudest of all is a whole bar, however quiet the microphone. */
export function barsOf(wave: unknown, count: number): number[] {
  const values = Array.isArray(wave) ? wave.map((each) => Math.max(0, Math.min(100, Number(each) || 0))) : [];
  if (values.length === 0) return Array.from({ length: count }, () => 20);
  const whole = Math.max(...values, 1);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * values.length) / count);
    const loudest = Math.max(...values.slice(from, Math.max(from + 1, Math.floor(((at + 1) * values.length) / count))));
    return Math.round((loudest * 100) / whole);
  });
}
