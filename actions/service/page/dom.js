// Making and keeping elements. Text is only ever set as text, never as markup.

export const find = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// What stands already is left alone, so that nothing is read out or drawn twice.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

// A list whose rows stay the same elements while their keys do: focus and scroll place survive every change.
export function keepRows(list, rows, keyOf, create, update) {
  const known = list.rowsByKey ?? new Map();
  const kept = new Map();
  let place = list.firstElementChild;
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row);
    const element = known.get(key) ?? create(row);
    kept.set(key, element);
    element.row = row;
    update(element, row, index);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const [key, element] of known) if (kept.get(key) !== element) element.remove();
  list.rowsByKey = kept;
}
