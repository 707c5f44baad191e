import { Field, Int32, Schema, Table, tableToIPC } from "apache-arrow";
import { expect } from "chai";
import { readSchemaMetadata } from "../../../src/arrow/evolution/schema-message.ts";

function messageOf(metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const schema = new Schema([new Field("x", new Int32())], new Map(Object.entries(metadata)));
  return new Uint8Array(tableToIPC(new Table(schema), "stream"));
}

describe("the metadata in a schema's message", () => {
  it("is what was written", () => {
    const metadata = { unit: "K", наименование: "температура", empty: "" };

    expect(Object.fromEntries(readSchemaMetadata(messageOf(metadata)))).deep.equal(metadata);
    expect(readSchemaMetadata(messageOf({})).size).equal(0);
  });

  it("is read, or refused, at once with any bit flipped or cut anywhere", () => {
    const message = messageOf({ unit: "K", place: "roof" });
    const start = performance.now();

    for (let at = 0; at < message.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const damaged = message.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        readOrRefuse(damaged);
      }
      readOrRefuse(message.slice(0, at));
    }

    expect(performance.now() - start).below(5000);
  });
});

function readOrRefuse(message: Uint8Array<ArrayBuffer>): void {
  try {
    expect(readSchemaMetadata(message).size).below(message.length);
  } catch (error) {
    expect(error).instanceOf(RangeError);
  }
}
