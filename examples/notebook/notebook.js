// Cells of JavaScript in a page, run one after the other. As in Observable's notebooks a cell may declare
// names for those below, call `display`, or be one expression, whose value is displayed.
import * as Plot from "@observablehq/plot";
import * as Arrow from "apache-arrow";
import { toNode } from "./to-node.js";

const AsyncFunction = (async () => {}).constructor;
/** What a cell declares, at the beginning of a line. */
const DECLARATION = /^(?:const|let) (?:(\w+)|\{([^}]*)\}) =/gm;

/** What every cell has without declaring it. */
const BUILT_IN = {
  Arrow,
  Plot,
  datasets: {
    seattleWeather: new URL(
      "../../node_modules/vega-datasets/data/seattle-weather.csv",
      import.meta.url,
    ).href,
  },
};

class Cell {
  #code;
  #output = Object.assign(document.createElement("div"), { className: "output" });
  /** What it has declared. */
  values = {};

  /** @param run runs this cell and those below it */
  constructor(source, run) {
    this.#code = Object.assign(document.createElement("textarea"), {
      value: source.textContent.trim(),
      spellcheck: false,
      ariaLabel: "Code of the cell",
    });
    this.#code.rows = this.#code.value.split("\n").length;
    this.#code.addEventListener("input", () => {
      this.#code.rows = this.#code.value.split("\n").length;
    });
    this.#code.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault();
      run();
    });
    const button = Object.assign(document.createElement("button"), { textContent: "Run" });
    button.addEventListener("click", run);
    const section = Object.assign(document.createElement("section"), { className: "cell" });
    section.append(this.#output, this.#code, button);
    source.replaceWith(section);
    this.section = section;
  }

  /** @param scope what it sees: built in, or declared by the cells above */
  async run(scope) {
    this.#output.replaceChildren();
    this.section.dataset.state = "running";
    try {
      this.values = await this.#evaluate(scope);
      this.section.dataset.state = "done";
    } catch (error) {
      this.#output.append(toNode(error));
      this.section.dataset.state = "failed";
      throw error;
    }
  }

  async #evaluate(scope) {
    const code = this.#code.value;
    const display = (value) => this.#output.append(toNode(value));
    const names = [...code.matchAll(DECLARATION)].flatMap(([, name, names]) => {
      return name ?? names.split(",").map((part) => part.split(":").at(-1).trim());
    });
    const seen = { ...scope, display };
    for (const name of names) delete seen[name]; // a cell may say anew what it is
    const expression = asExpression(code, Object.keys(seen));
    if (expression) {
      const value = await expression(...Object.values(seen));
      if (value !== undefined) display(value);
      return {};
    }
    const body = `${code}\nreturn { ${names.join(", ")} };`;
    return new AsyncFunction(...Object.keys(seen), body)(...Object.values(seen));
  }
}

/** The code as a function that returns its value; `undefined` where it is no expression. */
function asExpression(code, names) {
  try {
    return new AsyncFunction(...names, `return (\n${code}\n);`);
  } catch {
    return undefined; // statements: they are run as they are
  }
}

let running = Promise.resolve();
const cells = [...document.querySelectorAll("script[type='text/x-cell']")].map((source, index) => {
  return new Cell(source, () => runFrom(index));
});

/** Runs a cell and those below it, until one fails. */
function runFrom(first) {
  running = running.then(async () => {
    let scope = BUILT_IN;
    for (const [index, cell] of cells.entries()) {
      if (index < first) scope = { ...scope, ...cell.values };
      else {
        await cell.run(scope);
        scope = { ...scope, ...cell.values };
      }
    }
  });
  running = running.catch(() => {}); // the cell shows it
}

runFrom(0);
