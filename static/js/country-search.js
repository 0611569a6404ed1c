// Typing instead of scrolling through 250 countries: an editable combobox with a list, as the WAI-ARIA Authoring
// Practices describe it. The <select> stays in the form, carries the code and is what the server reads.

for (const select of document.querySelectorAll("select[data-search]")) enhance(select);
// And in what htmx brings into the page later.
document.addEventListener("htmx:load", ({ target }) => {
  for (const select of target.querySelectorAll("select[data-search]:not([hidden])")) enhance(select);
});

function enhance(select) {
  const countries = [...select.options].filter((option) => option.value).map(entry);
  const input = inputFor(select);
  const list = listFor(select, input);
  const status = statusLine();
  const box = document.createElement("div");
  let active = -1;

  box.className = "combobox";
  select.before(box);
  box.append(input, list, status, select);
  select.hidden = true;
  show(select.selectedOptions[0]);

  input.addEventListener("input", () => {
    choose("", input.value);
    open(matching(countries, input.value));
  });
  input.addEventListener("click", () => list.hidden && open(matching(countries, input.value)));
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", settle);
  // Before the blur: a click on an option must not lose the focus first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  // Autofill, a restored draft and the back button speak to the select.
  select.addEventListener("change", () => show(select.selectedOptions[0]));
  addEventListener("pageshow", () => select.value && show(select.selectedOptions[0]));

  function onKey(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) {
      event.preventDefault();
      if (list.hidden) open(matching(countries, input.value));
      else if (!event.altKey) move(steps[event.key]);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      settle();
    } else if (event.key === "Escape" && (!list.hidden || input.value)) {
      event.preventDefault();
      if (list.hidden) choose("", (input.value = ""));
      else close();
    }
  }

  function open(found) {
    list.replaceChildren(...found.map((country) => optionFor(country, select)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    activate(-1);
    status.textContent = found.length
      ? select.dataset.found.replace("{n}", found.length)
      : select.dataset.none;
    status.classList.toggle("visually-hidden", Boolean(found.length));
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function move(step) {
    const last = list.children.length - 1;
    if (active < 0) activate(step > 0 ? 0 : last);
    else activate(Math.abs(step) === 1 ? (active + step + last + 1) % (last + 1) : Math.min(last, Math.max(0, active + step)));
  }

  function activate(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[index];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  // Leaving the field or pressing Enter takes the marked option, or the only country that was meant.
  function settle() {
    const marked = list.hidden ? null : list.children[active];
    if (marked) return take(marked);
    close();
    if (select.value || !input.value.trim()) return undefined;
    const meant = exactly(countries, input.value) ?? only(matching(countries, input.value));
    return meant ? choose(meant.code, meant.name) : undefined;
  }

  function take(option) {
    choose(option.dataset.code, option.textContent);
    close();
  }

  function choose(code, text) {
    if (input.value !== text) input.value = text;
    if (select.value === code) return;
    select.value = code;
    if (code) status.textContent = "";
    select.dispatchEvent(new Event("input", { bubbles: true }));
    if (code) select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(option) {
    input.value = option?.value ? option.text : "";
  }
}

function entry(option) {
  return { code: option.value, name: option.text, words: plain(`${option.text} ${option.dataset.also ?? ""}`) };
}

function matching(countries, typed) {
  const wanted = plain(typed).trim();
  if (!wanted) return countries;
  const found = countries.filter((country) => wanted === country.code.toLowerCase() || begins(country.words, wanted));
  // "Niger" before "Nigeria", "Mexico" before "New Mexico".
  return found.sort((one, other) => rank(one, wanted) - rank(other, wanted));
}

function rank(country, wanted) {
  const name = plain(country.name);
  return name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
}

// At the beginning of any word; anywhere in the scripts that write without spaces.
function begins(words, wanted) {
  return words.startsWith(wanted) || words.includes(` ${wanted}`) || words.includes(`(${wanted}`) ||
    (wanted >= "\u2e80" && words.includes(wanted));
}

function exactly(countries, typed) {
  const wanted = plain(typed).trim();
  return countries.find((country) => plain(country.name) === wanted || country.code.toLowerCase() === wanted);
}

function only(found) {
  return found.length === 1 ? found[0] : undefined;
}

// NFD takes Åland's ring off; NFC puts Korean syllables together again.
function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
}

// The input takes over the select's id: labels and the links of the error summary lead to it.
function inputFor(select) {
  const input = document.createElement("input");
  input.type = "text";
  input.id = select.id;
  select.id = `${input.id}_select`;
  input.setAttribute("role", "combobox");
  input.setAttribute("autocomplete", "country-name");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", `${input.id}_list`);
  input.placeholder = select.dataset.search;
  input.spellcheck = false;
  input.disabled = select.disabled;
  input.required = select.required;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  return input;
}

function listFor(select, input) {
  const list = document.createElement("ul");
  list.id = `${input.id}_list`;
  list.className = "combobox-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
  return list;
}

function optionFor(country, select) {
  const option = document.createElement("li");
  option.id = `${select.id}_${country.code}`;
  option.dataset.code = country.code;
  option.textContent = country.name;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  return option;
}

function statusLine() {
  const status = document.createElement("p");
  status.className = "combobox-status visually-hidden";
  status.setAttribute("role", "status");
  return status;
}
