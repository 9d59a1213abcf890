// The page's look: a paper's appendix on a screen. System fonts, one text measure, wide figures, light and dark, and print.
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1f2328; --soft: #57606a; --line: #d0d7de; --wash: #f6f8fa; --link: #0a5ca8; --warn: #9a3412;
  --keyword: #6f3ab0; --string: #0f6b4f; --number: #9a4a00; --comment: #5f6872;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181c; --ink: #e3e7ec; --soft: #a4adb8; --line: #3a414a; --wash: #1d2127; --link: #7db7f5; --warn: #f2a07b;
    --keyword: #c6a3f5; --string: #86d3b4; --number: #eab07a; --comment: #98a2ad;
  }
}
* { box-sizing: border-box; }
html {
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Georgia, "Times New Roman", serif;
  -webkit-text-size-adjust: 100%;
}
body { margin: 0; background: var(--ground); color: var(--ink); }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; }
h1, h2, h3, h4, table, dl, figcaption, summary, .note, .skip, footer {
  font-family: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
}
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.375rem; line-height: 1.3; margin: 3rem 0 .75rem; }
h3 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
.label { font-size: .8125rem; font-weight: 600; letter-spacing: .03em; color: var(--soft); margin: 2.25rem 0 .4rem; }
.label + pre { margin-top: 0; }
p, ul, ol, h1, h2, h3, h4, blockquote { max-width: 70ch; }
.question { font-size: 1.125rem; }
.question > h2:first-child { margin-top: 0; font-weight: 500; color: var(--soft); }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem 1rem; }
.sizes {
  display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1.5rem 0 0; padding: .75rem 0; border-block: 1px solid var(--line);
}
.sizes div { display: flex; gap: .4rem; align-items: baseline; }
.sizes dt { order: 2; color: var(--soft); font-size: .875rem; }
.sizes dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
#answer h2 { margin-top: 1.75rem; }
.findings { padding-left: 1.2rem; }
.scroll { overflow-x: auto; max-width: 100%; }
figure { margin: 1.5rem 0; }
figcaption, .note { font-size: .875rem; line-height: 1.5; color: var(--soft); margin-top: .5rem; }
figcaption p, .note { margin: .2rem 0; max-width: 80ch; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { padding: .3rem .75rem; text-align: right; vertical-align: baseline; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
thead th { border-bottom: 1.5px solid var(--ink); font-weight: 600; vertical-align: bottom; white-space: normal; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
tbody th { font-weight: 500; text-align: left; }
thead .name { text-align: left; }
.unit, .interval { color: var(--soft); font-weight: 400; }
thead .unit { display: block; }
sup { line-height: 0; }
.missing, .absent { color: var(--warn); }
.settings table th, .settings table td, .numbers th, .numbers td, .keys th, .keys td { text-align: left; }
.settings td:last-child { white-space: normal; min-width: 16rem; }
.settings .default td, .settings .default th { color: var(--soft); }
.settings .written code { font-weight: 600; }
.numbers td, .keys td { vertical-align: top; }
.exhibits { display: flex; flex-wrap: wrap; gap: 0 2.5rem; align-items: flex-start; }
.exhibits > * { max-width: 100%; }
.exhibits > .table, .exhibits > .generations, .exhibits > .absent { flex-basis: 100%; }
.chart svg { display: block; color: var(--ink); }
.chart figcaption a { font-size: .8125rem; }
pre {
  background: var(--wash); border: 1px solid var(--line); border-radius: .375rem; padding: .9rem 1.1rem;
  overflow-x: auto; line-height: 1.5;
}
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8125rem; }
p code, li code { font-size: .9em; }
.keyword { color: var(--keyword); font-weight: 600; }
.string { color: var(--string); }
.number { color: var(--number); }
.comment { color: var(--comment); font-style: italic; }
details { margin: .75rem 0; }
summary { cursor: pointer; font-size: .875rem; color: var(--link); }
details > .scroll { margin: .75rem 0 1.5rem; }
.prompt { margin: 1.25rem 0 1.75rem; max-width: 80ch; }
.request { margin: 0 0 .5rem; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line); white-space: pre-wrap; }
.prompt dl { margin: 0 0 0 1.1rem; font-size: .875rem; }
.prompt dt { font-weight: 600; margin-top: .6rem; }
.facts { font-weight: 400; color: var(--soft); }
.prompt dd { margin: .1rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
footer {
  margin-top: 4rem; padding-block: 1.25rem 3rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--soft);
}
@media print {
  :root { --ground: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --wash: #ffffff; --link: #000000; }
  html { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  .skip, .chart figcaption a { display: none; }
  figure, pre, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
  .chart svg { max-width: 100%; height: auto; }
}
`
