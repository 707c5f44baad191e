import { DataType, type Schema } from "apache-arrow";
import { css, html, LitElement, type TemplateResult } from "lit";
import type { RowFilter } from "tinypond";
import { viewStyles } from "../shared/view-styles.ts";
import {
  exampleOf,
  filterOf,
  OPERATOR_WORDS,
  type Operator,
  operatorsOf,
  type Rule,
  RuleError,
} from "./filter-rules.ts";

/** Column, comparison and value, line by line; tells of the filter that they make. */
export class FilterBuilder extends LitElement {
  static override properties = { schema: { attribute: false } };
  static override styles = [
    viewStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--_2);
        min-width: 0;
        margin: 0;
        padding: var(--_3);
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
      }
      .rule > * {
        flex: 1 1 8rem;
        min-width: 6rem;
      }
      .rule > button {
        flex: 0 0 auto;
        min-width: 0;
      }
      .wrong {
        color: var(--_danger);
      }
    `,
  ];

  declare schema: Schema | undefined;
  #rules: readonly Rule[] = [];
  #join: "$and" | "$or" = "$and";
  #wrong = "";

  override render(): TemplateResult {
    const { schema } = this;
    if (!schema) return html``;
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#apply();
      }}
    >
      <fieldset>
        <legend>Filter rows</legend>
        ${this.#rules.map((rule, at) => this.#line(schema, rule, at))}
        <p class="wrong" role="alert" ?hidden=${this.#wrong === ""}>${this.#wrong}</p>
        <div class="bar">
          <button type="button" id="add" @click=${() => this.#add(schema)}>Add a condition</button>
          <label ?hidden=${this.#rules.length < 2}>
            Rows match
            <select @change=${(event: Event) => this.#joinBy(event)}>
              <option value="$and" ?selected=${this.#join === "$and"}>all of them</option>
              <option value="$or" ?selected=${this.#join === "$or"}>any of them</option>
            </select>
          </label>
          <span class="grow"></span>
          <button type="button" class="plain" @click=${() => this.#clear()}>Clear</button>
          <button type="submit" class="primary">Apply</button>
        </div>
      </fieldset>
    </form>`;
  }

  #line(schema: Schema, rule: Rule, at: number): TemplateResult {
    const type = schema.fields.find(({ name }) => name === rule.column)?.type;
    const operators = type ? operatorsOf(type) : [];
    const onColumn = (event: Event) => {
      const column = valueOfTarget(event);
      const field = schema.fields.find(({ name }) => name === column);
      const [operator = "null"] = field ? operatorsOf(field.type) : [];
      this.#set(at, {
        column,
        operator,
        value: field && DataType.isBool(field.type) ? "true" : "",
      });
    };
    return html`<div class="bar rule" role="group" aria-label="Condition ${at + 1}">
      <select aria-label="Column" @change=${onColumn}>
        ${schema.fields.map(
          ({ name }) =>
            html`<option value=${name} ?selected=${name === rule.column}>${name}</option>`,
        )}
      </select>
      <select
        aria-label="Comparison"
        @change=${(event: Event) => this.#set(at, { operator: valueOfTarget(event) as Operator })}
      >
        ${operators.map(
          (operator) => html`<option value=${operator} ?selected=${operator === rule.operator}>
            ${OPERATOR_WORDS[operator]}
          </option>`,
        )}
      </select>
      ${this.#value(type, rule, at)}
      <button type="button" aria-label="Remove condition ${at + 1}" @click=${() => this.#remove(at)}>
        ✕
      </button>
    </div>`;
  }

  #value(type: DataType | undefined, rule: Rule, at: number): TemplateResult {
    if (!type || rule.operator === "null" || rule.operator === "some") return html``;
    const onChange = (event: Event) => this.#set(at, { value: valueOfTarget(event) });
    if (DataType.isBool(type)) {
      return html`<select aria-label="Value" @change=${onChange}>
        <option value="true" ?selected=${rule.value === "true"}>true</option>
        <option value="false" ?selected=${rule.value === "false"}>false</option>
      </select>`;
    }
    const example = exampleOf(type);
    const placeholder = rule.operator === "$in" ? `${example}, ${example}` : example;
    return html`<input
      aria-label="Value"
      autocomplete="off"
      spellcheck="false"
      placeholder=${placeholder}
      .value=${rule.value}
      @input=${onChange}
    />`;
  }

  #add(schema: Schema): void {
    const [field] = schema.fields;
    if (!field) return;
    const [operator = "null"] = operatorsOf(field.type);
    const value = DataType.isBool(field.type) ? "true" : "";
    this.#change([...this.#rules, { column: field.name, operator, value }]);
  }

  #set(at: number, change: Partial<Rule>): void {
    this.#change(this.#rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)));
  }

  #remove(at: number): void {
    this.#change(this.#rules.filter((_, index) => index !== at));
    if (this.#rules.length === 0) this.#apply();
  }

  #clear(): void {
    this.#change([]);
    this.#apply();
  }

  #change(rules: readonly Rule[]): void {
    this.#rules = rules;
    this.#wrong = "";
    this.requestUpdate();
  }

  #joinBy(event: Event): void {
    this.#join = valueOfTarget(event) === "$or" ? "$or" : "$and";
  }

  #apply(): void {
    if (!this.schema) return;
    try {
      const detail: RowFilter | undefined = filterOf(this.#rules, this.#join, this.schema);
      this.dispatchEvent(new CustomEvent("tp-filter", { detail }));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      this.#wrong = error.message;
      this.requestUpdate();
    }
  }
}

function valueOfTarget({ target }: Event): string {
  return (target as HTMLSelectElement | HTMLInputElement).value;
}

customElements.define("tp-filter-builder", FilterBuilder);
