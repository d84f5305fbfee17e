/* The plots at the front of the admin: drawn as SVG from what data-from answers, every few seconds, while the page is seen.
   A plot takes the focus; the arrows walk through its moments and say them. Behind each is a table of the same numbers. */
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 150, LEFT = 56, RIGHT = 8, TOP = 10, BOTTOM = 22;
  const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];
  const front = document.getElementById("dashboard");
  if (!front) return;
  const state = front.querySelector(".dashboard-state");
  const pause = document.getElementById("dashboard-pause");
  const cursors = new Map();
  let told = null, timer = 0, paused = false;

  const number = (value, places) =>
    value.toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: places });

  const FORMATS = {
    count: (value) => number(value, 0),
    rate: (value) => number(value, value < 10 ? 1 : 0),
    ms: (value) => (value < 1000 ? `${number(value, value < 10 ? 1 : 0)} ms` : `${number(value / 1000, 1)} s`),
    bytes: (value) => {
      let size = value, unit = 0;
      while (size >= 1000 && unit < UNITS.length - 1) [size, unit] = [size / 1000, unit + 1];
      return `${number(size, size < 10 ? 1 : 0)} ${UNITS[unit]}`;
    },
  };

  const clock = (at) => new Date(at * 1000).toLocaleTimeString(document.documentElement.lang || "en");

  function html(name, words, className) {
    const made = document.createElement(name);
    if (words !== undefined) made.textContent = words;
    if (className) made.className = className;
    return made;
  }

  function svg(name, attributes, words) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (words !== undefined) made.textContent = words;
    return made;
  }

  /** The next round number above: 1, 2 or 5 times a power of ten. */
  function roof(most) {
    if (!(most > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= most);
  }

  /** The last moment at which somebody said something. */
  function newest(lines) {
    for (let at = told.times.length - 1; at >= 0; at--) if (lines.some((line) => line.values[at] !== null)) return at;
    return -1;
  }

  function saying(lines, at, format) {
    const said = lines.filter((line) => line.values[at] !== null);
    if (!said.length) return "nothing known";
    return said.map((line) => (lines.length > 1 ? `${line.name} ${format(line.values[at])}` : format(line.values[at]))).join(", ");
  }

  function pathOf(values, x, y) {
    let path = "", open = false;
    values.forEach((value, at) => {
      if (value === null) open = false;
      else {
        // A moment alone is a dot: a line of no length with round ends.
        path += open ? `L${x(at)} ${y(value)}` : `M${x(at)} ${y(value)}h0`;
        open = true;
      }
    });
    return path;
  }

  function draw(figure) {
    const { plot, unit } = figure.dataset, lines = told.plots[plot], format = FORMATS[unit];
    const place = figure.querySelector(".plot-place"), last = newest(lines);
    figure.querySelector(".plot-now").textContent = last < 0 ? "–" : saying(lines.slice(-1), last, format);
    if (plot === "storage") free(figure, format);
    if (plot === "queues" && last >= 0) {
      figure.querySelector(".plot-now").textContent = format(lines.reduce((sum, line) => sum + (line.values[last] ?? 0), 0));
    }
    legend(figure, lines, format, last);
    table(figure, lines, format);
    if (last < 0) {
      place.replaceChildren(html("p", plot === "latency" ? "Nothing was delivered in this time." : "No numbers yet.", "plot-empty"));
      return;
    }
    const width = Math.max(200, place.clientWidth), inner = width - LEFT - RIGHT, tall = HEIGHT - TOP - BOTTOM;
    const most = Math.max(...lines.flatMap((line) => line.values).filter((value) => value !== null));
    const top = Math.max(roof(most), unit === "count" ? 2 : 0);
    const x = (at) => Math.round((LEFT + (inner * at) / (told.times.length - 1)) * 10) / 10;
    const y = (value) => Math.round((TOP + tall * (1 - value / top)) * 10) / 10;
    const title = figure.querySelector("h3").textContent;
    const picture = svg("svg", {
      viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", tabindex: "0",
      "aria-label": `${title}, the last ${Math.round((told.times.length * told.step) / 60)} minutes. Now: ${saying(lines, last, format)}. The arrow keys go through time.`,
    });
    for (const share of [0, 0.5, 1]) {
      picture.append(svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(share * top), y2: y(share * top) }));
      picture.append(svg("text", { class: "scale", x: LEFT - 6, y: y(share * top) + 4, "text-anchor": "end" }, format(share * top)));
    }
    for (const share of [0, 1 / 3, 2 / 3, 1]) {
      const minutes = Math.round(((1 - share) * told.times.length * told.step) / 60);
      picture.append(svg("text", {
        class: "scale", x: LEFT + inner * share, y: HEIGHT - 5, "text-anchor": share === 1 ? "end" : share ? "middle" : "start",
      }, minutes ? `−${minutes} min` : "now"));
    }
    lines.forEach((line, at) => picture.append(svg("path", { class: `line line-${at}`, d: pathOf(line.values, x, y) })));
    const needle = svg("line", { class: "needle", y1: TOP, y2: TOP + tall, x1: -9, x2: -9 });
    picture.append(needle);
    const point = (at) => {
      const said = figure.querySelector(".plot-cursor");
      if (at === null) cursors.delete(plot);
      else cursors.set(plot, Math.min(told.times.length - 1, Math.max(0, at)));
      const where = cursors.get(plot);
      const left = where === undefined ? -9 : x(where);
      needle.setAttribute("x1", left);
      needle.setAttribute("x2", left);
      said.textContent = where === undefined ? "" : `${clock(told.times[where])}: ${saying(lines, where, format)}`;
    };
    const near = (event) => {
      const box = picture.getBoundingClientRect();
      point(Math.round(((event.clientX - box.left - LEFT) / inner) * (told.times.length - 1)));
    };
    picture.addEventListener("pointermove", near);
    picture.addEventListener("pointerdown", near);
    picture.addEventListener("pointerleave", () => point(null));
    picture.addEventListener("blur", () => point(null));
    picture.addEventListener("keydown", (event) => {
      const from = cursors.get(plot) ?? last;
      const moves = { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - 12, PageDown: from + 12, Home: 0, End: last, Escape: null };
      if (!(event.key in moves)) return;
      event.preventDefault();
      point(moves[event.key]);
    });
    const focused = place.contains(document.activeElement), where = cursors.get(plot);
    place.replaceChildren(picture);
    if (focused) picture.focus({ preventScroll: true });
    if (where !== undefined) point(where);
  }

  function free(figure, format) {
    const values = told.plots.free[0].values.filter((value) => value !== null);
    const all = told.plots.storage.map((line) => line.values.findLast((value) => value !== null) ?? 0);
    if (values.length) figure.querySelector(".plot-now").textContent = `${format(all[0] + all[1])}, ${format(values.at(-1))} free`;
  }

  function legend(figure, lines, format, last) {
    const list = figure.querySelector(".plot-legend");
    list.replaceChildren(...(lines.length < 2 ? [] : lines.map((line, at) => {
      const value = last < 0 ? null : line.values[last];
      return html("li", value === null ? line.name : `${line.name}: ${format(value)}`, `key key-${at}`);
    })));
  }

  /** A row for each minute, the newest first; made only when it is open. */
  function table(figure, lines, format) {
    const behind = figure.querySelector("details");
    if (!behind.open) return;
    const made = html("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    for (const name of ["time", ...lines.map((line) => line.name)]) {
      const cell = html("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    for (let at = told.times.length - 1; at >= 0; at -= Math.round(60 / told.step)) {
      const row = body.insertRow(), first = html("th", clock(told.times[at]));
      first.scope = "row";
      row.append(first, ...lines.map((line) => html("td", line.values[at] === null ? "–" : format(line.values[at]))));
    }
    behind.querySelector(".roll").replaceChildren(made);
  }

  function processes() {
    const behind = front.querySelector(".processes"), made = html("table");
    behind.querySelector(".processes-count").textContent = `(${told.processes.length})`;
    const head = made.createTHead().insertRow(), body = made.createTBody();
    for (const name of ["process", "kind", "connections", "messages/s", "heard of"]) {
      const cell = html("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    for (const each of told.processes) {
      const row = body.insertRow(), first = html("th", each.name);
      first.scope = "row";
      row.append(first, ...[each.kind, FORMATS.count(each.sessions), FORMATS.rate(each.messages), `${each.age} s ago`].map((words) => html("td", words)));
    }
    behind.querySelector(".roll").replaceChildren(made);
  }

  function show() {
    front.querySelectorAll(".plot").forEach(draw);
    processes();
  }

  function say(name, words) {
    if (state.dataset.state === name && name !== "error") return;
    state.dataset.state = name;
    if (state.textContent !== words) state.textContent = words;
  }

  async function ask() {
    clearTimeout(timer);
    if (paused || document.hidden) return;
    try {
      const answer = await fetch(front.dataset.from, { headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(`${answer.status}`);
      told = await answer.json();
      show();
      if (told.processes.length) say("live", `Every ${told.step} seconds.`);
      else say("empty", "No process has told anything yet: it takes some seconds after a start.");
    } catch {
      say("error", told ? `Not reached since ${clock(told.now)}; trying again.` : "Not reached; trying again.");
    }
    clearTimeout(timer);
    timer = setTimeout(ask, (told ? told.step : 5) * 1000);
  }

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    if (paused) say("paused", "Paused.");
    else ask();
  });
  document.addEventListener("visibilitychange", ask);
  front.querySelectorAll("details").forEach((each) => each.addEventListener("toggle", () => told && show()));
  new ResizeObserver(() => told && front.querySelectorAll(".plot").forEach(draw)).observe(front);
  ask();
})();
