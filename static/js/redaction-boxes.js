// Draws the parts to cover on the picture itself, by pointer or keyboard. The number fields stay what is sent and what
// is true: a box is only their picture, so without this file the fields alone do the same.

const EDGES = ["left", "top", "right", "bottom"];
// Of the picture's longer side: less was a click, not a box.
const SMALLEST = 0.005;

for (const form of document.querySelectorAll("form[data-redaction-boxes]")) enhance(form);

function enhance(form) {
  const width = Number(form.dataset.width);
  const height = Number(form.dataset.height);
  const longest = Math.max(width, height);
  const svg = form.querySelector("svg");
  const drawn = svg.querySelector("[data-boxes]");
  const rows = form.querySelector("[data-rows]");
  const total = form.querySelector("[name$=TOTAL_FORMS]");
  const most = Number(form.querySelector("[name$=MAX_NUM_FORMS]").value);
  const add = form.querySelector("[data-add-box]");
  const shapes = new Map();
  let drag = null;

  svg.dataset.draws = "";
  add.hidden = false;
  form.querySelector("#redaction-hint").hidden = false;
  drawn.replaceChildren();
  [...rows.children].forEach(adopt);

  rows.addEventListener("input", (event) => draw(rowOf(event.target)));
  add.addEventListener("click", () => {
    const row = emptyRow();
    if (!row) return;
    set(row, { left: width * 0.4, top: height * 0.4, right: width * 0.6, bottom: height * 0.6 });
    shapes.get(row).box.focus();
  });
  svg.addEventListener("pointerdown", begin);
  svg.addEventListener("pointermove", follow);
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);

  function adopt(row) {
    const button = row.querySelector("[data-remove-box]");
    button.hidden = false;
    button.addEventListener("click", () => remove(row));
    draw(row);
  }

  // --- numbers

  function rowOf(element) {
    return element.closest(".redaction-row");
  }

  function field(row, edge) {
    return row.querySelector(`[data-edge=${edge}]`);
  }

  // The four numbers of a row, or null where they make no box.
  function read(row) {
    const box = {};
    for (const edge of EDGES) {
      const value = field(row, edge).value;
      if (value === "") return null;
      box[edge] = Number(value);
    }
    return box.left < box.right && box.top < box.bottom ? box : null;
  }

  // Whole pixels, outwards, inside the picture.
  function set(row, box) {
    field(row, "left").value = clamp(Math.floor(box.left), width);
    field(row, "top").value = clamp(Math.floor(box.top), height);
    field(row, "right").value = clamp(Math.ceil(box.right), width);
    field(row, "bottom").value = clamp(Math.ceil(box.bottom), height);
    draw(row);
  }

  function clear(row) {
    for (const edge of EDGES) field(row, edge).value = "";
    draw(row);
  }

  function remove(row) {
    clear(row);
    add.focus();
  }

  function emptyRow() {
    const free = [...rows.children].find((row) => EDGES.every((edge) => field(row, edge).value === ""));
    const count = Number(total.value);
    if (free || count >= most) return free;
    const row = numbered(form.querySelector("template[data-row]").content.firstElementChild.cloneNode(true), count);
    rows.append(row);
    total.value = count + 1;
    adopt(row);
    return row;
  }

  function numbered(row, count) {
    const filled = (text) => text.replaceAll("__prefix__", count).replaceAll("__number__", count + 1);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of element.attributes) attribute.value = filled(attribute.value);
    }
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = filled(texts.currentNode.data);
    return row;
  }

  // --- shapes

  function svgElement(name) {
    return document.createElementNS(svg.namespaceURI, name);
  }

  function draw(row) {
    const box = read(row);
    let shape = shapes.get(row);
    if (!box) {
      shape?.box.remove();
      shape?.number.remove();
      shapes.delete(row);
      return;
    }
    if (!shape) {
      shape = { box: svgElement("rect"), number: svgElement("text") };
      shape.box.setAttribute("class", "redaction-box");
      shape.box.setAttribute("tabindex", "0");
      shape.box.setAttribute("role", "img");
      shape.number.setAttribute("class", "redaction-number");
      shape.number.setAttribute("aria-hidden", "true");
      shape.number.setAttribute("font-size", longest / 30);
      shape.number.textContent = numberOf(row);
      shape.box.addEventListener("keydown", (event) => steer(event, row));
      shapes.set(row, shape);
      drawn.append(shape.box, shape.number);
    }
    attributes(shape.box, { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
    attributes(shape.number, { x: box.left + longest / 100, y: box.top + longest / 28 });
    shape.box.setAttribute("aria-label", named(row, box));
  }

  function numberOf(row) {
    return [...rows.children].indexOf(row) + 1;
  }

  function named(row, box) {
    const values = { n: numberOf(row), ...box };
    return form.dataset.part.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // --- pointer

  function at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: clamp(point.x, width), y: clamp(point.y, height) };
  }

  function begin(event) {
    if (event.button !== 0 || drag) return;
    const moved = [...shapes].find(([, shape]) => shape.box === event.target);
    const row = moved ? moved[0] : emptyRow();
    if (!row) return;
    drag = { row, from: at(event), box: moved ? read(row) : null };
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  function follow(event) {
    if (!drag) return;
    const { row, from, box } = drag;
    const to = at(event);
    if (box) {
      move(row, box, to.x - from.x, to.y - from.y);
    } else {
      set(row, {
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        right: Math.max(from.x, to.x),
        bottom: Math.max(from.y, to.y),
      });
    }
  }

  function end() {
    if (!drag) return;
    const { row, box } = drag;
    drag = null;
    const made = read(row);
    if (!box && !(made && Math.min(made.right - made.left, made.bottom - made.top) >= longest * SMALLEST)) clear(row);
    shapes.get(row)?.box.focus();
  }

  // --- keyboard

  function steer(event, row) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove(row);
      return;
    }
    const step = Math.max(1, Math.round(longest / 100));
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const box = read(row);
    if (event.shiftKey) {
      set(row, {
        ...box,
        right: Math.max(box.left + step, box.right + way[0]),
        bottom: Math.max(box.top + step, box.bottom + way[1]),
      });
    } else {
      move(row, box, way[0], way[1]);
    }
  }

  // The same size, and never beyond the picture.
  function move(row, box, x, y) {
    const across = clamp(Math.round(box.left + x), width - (box.right - box.left));
    const down = clamp(Math.round(box.top + y), height - (box.bottom - box.top));
    set(row, {
      left: across,
      top: down,
      right: across + box.right - box.left,
      bottom: down + box.bottom - box.top,
    });
  }
}

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}

function attributes(element, values) {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
}
