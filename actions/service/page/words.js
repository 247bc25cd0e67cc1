// Numbers as people read them: a real minus sign, a narrow unit, a dash for what is not known.

const minus = (text) => text.replace("-", "−");

export function level(value, unit) {
  return value === null || value === undefined ? "–" : `${minus(value.toFixed(1))} ${unit}`;
}

export function percent(ratio) {
  return ratio === null || ratio === undefined ? "–" : `${Math.round(100 * ratio)} %`;
}

export function nudge(value) {
  const whole = Math.round(100 * value);
  return whole === 0 ? "0" : minus(`${whole > 0 ? "+" : ""}${whole} %`);
}

export function clock(seconds) {
  const whole = Math.floor(seconds || 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function title(name) {
  const words = name.replaceAll("_", " ").replace("deessing", "de-essing");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function when(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
