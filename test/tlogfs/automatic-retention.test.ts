import { expect } from "chai";
import { NO_TOTALS } from "../../src/tinyfs/change.ts";
import type { SupersededEntry } from "../../src/tinyfs/entry.ts";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import type { Committed } from "../../src/tinyfs/persistence.ts";
import { AutomaticRetention } from "../../src/tlogfs/retention/auto.ts";

describe("AutomaticRetention", () => {
  it("comes to it in tabs that each commit once and close", async () => {
    const runs: number[] = [];

    for (let seq = 1; seq <= 600; seq++) await visit(seq, () => runs.push(seq));

    expect(runs).deep.equal([256, 512]);
  });

  it("comes to it less often where much is kept", async () => {
    const runs: number[] = [];

    for (let seq = 1; seq <= 3000; seq++) await visit(seq, () => runs.push(seq), 4000);

    expect(runs).deep.equal([1024, 2048]);
  });

  it("counts what ends in one tab", async () => {
    let runs = 0;
    const retention = new AutomaticRetention(async () => {
      runs += 1;
    });

    for (let seq = 1001; seq <= 1016; seq++) retention.committed(commit(seq, 0, 16));
    await until(() => runs > 0);
    await retention.close();

    expect(runs).equal(1);
  });
});

const row: SupersededEntry = {
  dirId: ROOT_ID,
  name: "a",
  nodeId: ROOT_ID,
  partId: ROOT_ID,
  entryType: "FileData",
  placedSeq: 1,
  txnSeq: 1,
  version: 1,
  timestamp: 0,
  size: 0,
  sha256: "",
  endSeq: 2,
  end: "replaced",
};

/** A tab that is opened, commits and is closed once what it began has run. */
async function visit(seq: number, run: () => void, versions = 0): Promise<void> {
  let hasRun = false;
  const retention = new AutomaticRetention(async () => {
    hasRun = true;
    run();
  });
  retention.committed(commit(seq, versions));
  if (seq % 256 === 0 && (versions === 0 || seq % 1024 === 0)) await until(() => hasRun);
  await retention.close();
}

function commit(seq: number, versions = 0, ended = 0): Committed {
  const info = {
    seq,
    id: "",
    time: seq,
    kind: "user",
    changeCount: 1,
    async *changes() {},
  } as const;
  const totals = { ...NO_TOTALS, versions };
  const superseded = Array.from({ length: ended }, () => row);
  return { info, settled: { superseded, placed: [], segments: [], changes: [], totals } };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
