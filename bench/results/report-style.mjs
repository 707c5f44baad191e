/** The look of the report, in light and dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --line: #dde2e8; --paper: #ffffff; --ours: #0b7285; --other: #a9b4c0; --spread: #1b2430; --bad: #b3261e; --good: #1e7a3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b4; --line: #2c3542; --paper: #12171e; --ours: #3bc9db; --other: #56616f; --spread: #e6eaf0; --bad: #ff8a80; --good: #7bd88f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 84rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.6rem 0 .4rem; } h3 { font-size: 1rem; margin: 1.8rem 0 .4rem; }
p, li { max-width: 62rem; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; }
th, td { padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
.steps td:nth-child(n+3), .steps th:nth-child(n+3) { text-align: right; white-space: nowrap; }
.steps td:nth-child(1) { white-space: nowrap; }
.steps { table-layout: fixed; min-width: 60rem; } .steps th:nth-child(1) { width: 9.5rem; } .steps th:nth-child(2) { width: 24.5rem; }
.reasons { font-size: .9rem; color: var(--soft); margin: .4rem 0 0; padding-left: 1.1rem; }
.overview { font-size: .85rem; } .overview td:nth-child(n+2), .overview th:nth-child(n+2) { text-align: right; white-space: nowrap; } .overview td:first-child { min-width: 15rem; }
.faster { color: var(--ink); font-weight: 700; } .slower { color: var(--soft); }
svg { display: block; } .ours { fill: var(--ours); } .other { fill: var(--other); }
.spread, .cut { fill: none; stroke: var(--spread); stroke-width: 1.5; } .cut { stroke: var(--paper); stroke-width: 3; }
.met { color: var(--good); font-weight: 600; } .missed, .failed { color: var(--bad); font-weight: 600; }
strong.us { color: var(--ours); }
`;
