import type { Field } from "apache-arrow";
import { css, html, LitElement, type TemplateResult } from "lit";
import type { Stat } from "tinypond";
import { viewStyles } from "../shared/view-styles.ts";
import type { Description } from "./row-source.ts";

interface Line {
  readonly field: Field;
  readonly depth: number;
  readonly since: number | undefined;
}

/** The Arrow schema: columns with what is within them, and metadata. */
export class SchemaPanel extends LitElement {
  static override properties = {
    description: { attribute: false },
    stat: { attribute: false },
  };
  static override styles = [
    viewStyles,
    css`
      .nowrap {
        white-space: nowrap;
      }
      td:first-child,
      th:first-child {
        width: 1%;
      }
    `,
  ];

  declare description: Description | undefined;
  declare stat: Stat | undefined;

  override render(): TemplateResult {
    const { description, stat } = this;
    if (!description) return html``;
    const { schema, columns, schemaFingerprint } = description;
    const isSeries = stat?.entryType === "FileSeries";
    const lines = schema.fields.flatMap((field, at) => linesOf(field, 0, columns[at]?.since));
    const hasMetadata = lines.some(({ field }) => field.metadata.size > 0);
    return html`<div class="scroll" role="region" tabindex="0" aria-label="Columns">
        <table>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Arrow type</th>
              <th scope="col">Nulls</th>
              ${isSeries ? html`<th scope="col">Since version</th>` : ""}
              ${hasMetadata ? html`<th scope="col">Metadata</th>` : ""}
            </tr>
          </thead>
          <tbody>
            ${lines.map(
              ({ field, depth, since }) => html`<tr>
                <th scope="row" style="padding-inline-start:${0.75 + depth * 1.25}rem">
                  ${depth > 0 ? "└ " : ""}${field.name}
                </th>
                <td class="mono">${String(field.type)}</td>
                <td class="nowrap">${field.nullable ? "may be null" : "never null"}</td>
                ${isSeries ? html`<td>${since ?? (depth === 0 ? "not known" : "")}</td>` : ""}
                ${hasMetadata ? html`<td class="mono">${pairs(field.metadata)}</td>` : ""}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${mapTable("Metadata of the schema", schema.metadata)}
      ${mapTable("Attributes", new Map(Object.entries(stat?.attributes ?? {})))}
      <p class="quiet">
        Fingerprint of the schema: <code class="mono">${schemaFingerprint.slice(0, 16)}…</code>${
          isSeries ? ". Segments of one fingerprint can be joined without being decoded." : ""
        }
      </p>`;
  }
}

function linesOf(field: Field, depth: number, since: number | undefined): Line[] {
  const children = (field.type.children ?? []) as Field[];
  const below = children.flatMap((child) => linesOf(child, depth + 1, undefined));
  return [{ field, depth, since }, ...below];
}

function pairs(metadata: ReadonlyMap<string, string>): string {
  return [...metadata].map(([key, value]) => `${key}: ${value}`).join("\n");
}

function mapTable(
  title: string,
  map: ReadonlyMap<string, string | number | boolean>,
): TemplateResult | "" {
  if (map.size === 0) return "";
  return html`<h3>${title}</h3>
    <div class="scroll" role="region" tabindex="0" aria-label=${title}>
      <table>
        <tbody>
          ${[...map].map(
            ([key, value]) => html`<tr>
              <th scope="row">${key}</th>
              <td class="mono">${String(value)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

customElements.define("tp-schema", SchemaPanel);
