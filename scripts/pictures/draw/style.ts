/** Dark, similar to Grafana; with fonts that Debian's Chromium finds. */
export const style = `
  * { box-sizing: border-box; margin: 0 }
  body { background: #111217; color: #ccccdc; font: 13px "Liberation Sans", "DejaVu Sans", sans-serif; position: relative }
  header { padding: 12px 14px; height: 78px }
  header h1 { font-size: 19px; font-weight: 500; margin-bottom: 9px }
  header h1 small { float: right; font-size: 12px; color: #9a9ba5 }
  header .variable { display: inline-block; margin-right: 12px; font-size: 12px }
  header .variable b { font-weight: 400; background: #181b1f; border: 1px solid #34373e; padding: 3px 9px; margin-left: 5px }
  section, .row { position: absolute }
  .row { font-size: 15px; font-weight: 500; padding: 8px 4px; white-space: nowrap }
  section { background: #181b1f; border: 1px solid #25282e; border-radius: 3px; overflow: hidden }
  section h2 { font-size: 13px; font-weight: 500; padding: 8px 10px 6px; height: 31px; white-space: nowrap }
  .body { padding: 0 10px; overflow: hidden }
  .nothing { display: flex; height: 100%; align-items: center; justify-content: center; color: #8e8e9a }
  .stats { display: grid; gap: 5px; height: 100%; padding-bottom: 9px }
  .stat { display: flex; flex-direction: column; align-items: center; justify-content: center; border-radius: 3px; overflow: hidden; white-space: nowrap; min-height: 0 }
  .stat .name { font-size: 11.5px; color: #ccccdc } .stat.filled .name { color: #111217 }
  .stat b { line-height: 1.15 }
  .bars { display: grid; grid-template-columns: auto 1fr auto; gap: 6px 9px; align-items: center }
  .bars .bar-name { text-align: right; font-size: 12px; max-width: 230px }
  .track { background: #22252b; display: block } .track i { display: block; height: 100% }
  table { width: 100%; border-collapse: collapse; font-size: 12px }
  th { text-align: left; font-weight: 500; color: #6e9fff; height: 26px } td { height: 26px; border-top: 1px solid #25282e; white-space: nowrap }
  th, td { padding: 0 8px 0 0; max-width: var(--widest); overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  .number { text-align: right; padding-right: 12px } td.link { color: #6e9fff; text-decoration: underline }
  svg { display: block } svg text { font-size: 11px; fill: #9a9ba5 } .grid { stroke: #2a2d33 }
  .legend { font-size: 11px; line-height: 20px } .legend span { margin-right: 14px; white-space: nowrap; display: inline-block }
  .legend i { display: inline-block; width: 13px; height: 4px; margin-right: 5px; vertical-align: middle; border-radius: 2px }
  .text p { margin-bottom: 9px; line-height: 1.45 } code { background: #25282e; padding: 1px 4px; font-size: 12px }
  footer { position: absolute; color: #8e8e9a; font-size: 11px; left: 14px }
`;
