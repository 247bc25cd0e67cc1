// The pictures of the last full pass, drawn as SVG from its numbers. Colours and letters come from the style sheet.

import { level, title } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 440;
const LEFT = 44;
const RIGHT = 12;
const OCTAVES_HZ = [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000];

function shape(tag, attributes, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function figure(heading, words, height, draw) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": words, class: "picture" });
  draw(svg);
  const box = document.createElement("figure");
  const caption = document.createElement("h3");
  caption.textContent = heading;
  box.append(caption, svg);
  return box;
}

// A line through points, broken where one is missing.
function path(points) {
  let isOpen = false;
  return points
    .map(([x, y]) => {
      if (y === null) {
        isOpen = false;
        return "";
      }
      const word = isOpen ? "L" : "M";
      isOpen = true;
      return `${word}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

const bounds = (values) => {
  const finite = values.filter((value) => value !== null);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : null;
};

function levelsGrid(svg, low, high, step, yOf, unit) {
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    svg.append(shape("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: yOf(value), y2: yOf(value), class: "grid" }));
    svg.append(shape("text", { x: LEFT - 6, y: yOf(value) + 4, class: "tick end" }, String(value).replace("-", "−")));
  }
  svg.append(shape("text", { x: LEFT - 6, y: 11, class: "tick end" }, unit));
}

export function spectrum({ hz, before, after, target, tolerance_db }) {
  const range = bounds([...before, ...after, ...target]);
  if (!range) return null;
  const height = 220;
  const high = Math.ceil((range[1] + 2) / 5) * 5;
  const low = Math.max(high - 50, Math.floor(range[0] / 5) * 5);
  const xOf = (f) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.max(Math.log2(f / 25), 0)) / Math.log2(20000 / 25);
  const yOf = (v) => (v === null ? null : 18 + ((height - 50) * (high - Math.max(v, low))) / (high - low));
  return figure("Spectrum", "Spectrum of the mix before and after the pass, against the target", height, (svg) => {
    levelsGrid(svg, low, high, 10, yOf, "dB");
    for (const f of OCTAVES_HZ) {
      svg.append(shape("text", { x: xOf(f), y: height - 10, class: "tick mid" }, f >= 1000 ? `${f / 1000}k` : String(f)));
    }
    const band = hz.map((f, i) => [xOf(f), yOf(target[i])]).filter(([, y]) => y !== null);
    if (band.length) {
      const back = [...band].reverse();
      const half = ((height - 50) * tolerance_db) / (high - low);
      const outline = [...band.map(([x, y]) => `${x},${y - half}`), ...back.map(([x, y]) => `${x},${y + half}`)].join(" ");
      svg.append(shape("polygon", { points: outline, class: "target" }));
    }
    svg.append(shape("path", { d: path(hz.map((f, i) => [xOf(f), yOf(before[i])])), class: "before" }));
    svg.append(shape("path", { d: path(hz.map((f, i) => [xOf(f), yOf(after[i])])), class: "after" }));
  });
}

export function levels(rows, reference) {
  const seen = rows.filter((row) => row.before !== null || row.after !== null);
  const range = bounds(seen.flatMap((row) => [row.before, row.after, row.target]));
  if (!range) return null;
  const height = 24 * seen.length + 44;
  const start = 128;
  const low = Math.max(range[0], range[1] - 45) - 2;
  const high = range[1] + 2;
  const xOf = (v) => start + ((WIDTH - start - RIGHT) * (Math.max(v, low) - low)) / (high - low);
  const words = seen.map((row) => `${title(row.name)}: ${level(row.before, "LU")} before, ${level(row.after, "LU")} after`).join("; ");
  return figure("Levels of the groups", `Levels against ${reference}. ${words}`, height, (svg) => {
    const step = high - low > 20 ? 10 : 5;
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
      svg.append(shape("line", { x1: xOf(value), x2: xOf(value), y1: 4, y2: height - 34, class: "grid" }));
      svg.append(shape("text", { x: xOf(value), y: height - 20, class: "tick mid" }, String(value).replace("-", "−")));
    }
    svg.append(shape("text", { x: (start + WIDTH - RIGHT) / 2, y: height - 4, class: "tick mid" }, `LU against ${reference}`));
    seen.forEach((row, index) => {
      const y = 18 + 24 * index;
      svg.append(shape("text", { x: start - 12, y: y + 4, class: "tick end" }, title(row.name)));
      if (row.target !== null) {
        svg.append(shape("rect", { x: xOf(row.target) - 8, y: y - 8, width: 16, height: 16, class: "target" }));
      }
      if (row.before !== null && row.after !== null) {
        svg.append(shape("line", { x1: xOf(row.before), x2: xOf(row.after), y1: y, y2: y, class: "grid" }));
      }
      if (row.before !== null) svg.append(shape("circle", { cx: xOf(row.before), cy: y, r: 4.5, class: "before" }));
      if (row.after !== null) svg.append(shape("circle", { cx: xOf(row.after), cy: y, r: 5.5, class: "after spot" }));
    });
  });
}

export function loudness({ before, after }) {
  const range = bounds([...before.lufs, ...after.lufs]);
  if (!range) return null;
  const height = 190;
  const high = Math.ceil((range[1] + 1) / 5) * 5;
  const low = Math.max(Math.floor(range[0] / 5) * 5, high - 40);
  const times = [...before.seconds, ...after.seconds];
  const [from, end] = [Math.min(...times), Math.max(...times)];
  const xOf = (t) => LEFT + ((WIDTH - LEFT - RIGHT) * (t - from)) / Math.max(end - from, 1);
  const yOf = (v) => (v === null ? null : 18 + ((height - 48) * (high - Math.max(v, low))) / (high - low));
  const line = ({ seconds, lufs }) => path(seconds.map((t, i) => [xOf(t), yOf(lufs[i])]));
  return figure("Loudness over the song", "Short-term loudness of the mix over time, before and after the pass", height, (svg) => {
    levelsGrid(svg, low, high, 10, yOf, "LUFS");
    const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((s) => (end - from) / s <= 6.5) ?? 3600;
    for (let t = Math.ceil(from / step) * step; t <= end; t += step) {
      const words = `${Math.floor(t / 60)}:${String(Math.round(t % 60)).padStart(2, "0")}`;
      svg.append(shape("text", { x: xOf(t), y: height - 8, class: "tick mid" }, words));
    }
    svg.append(shape("path", { d: line(before), class: "before" }), shape("path", { d: line(after), class: "after" }));
  });
}
