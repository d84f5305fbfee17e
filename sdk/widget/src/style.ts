/**
 * The widget's own looks, inside its shadow tree: nothing of the page reaches in, nothing reaches out.
 * A page may set --parley-accent, --parley-right, --parley-bottom and --parley-layer on the `parley-widget` element.
 */

export const STYLE = `
:host{all:initial;position:fixed;right:var(--parley-right,20px);bottom:var(--parley-bottom,20px);z-index:var(--parley-layer,9999);
--accent:var(--parley-accent,#2b5fd9);--on-accent:#fff;--ground:#fff;--soft:#f1f3f7;--text:#1c2230;--dim:#5b6476;--line:#d9dde6;--bad:#b3261e;
font:15px/1.45 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei",sans-serif;color:var(--text)}
:host([data-theme=dark]){--accent:var(--parley-accent,#8fb0ff);--on-accent:#10141d;--ground:#171b24;--soft:#242a36;--text:#eceff5;--dim:#a5aec0;--line:#363d4b;--bad:#ffb4ab;color-scheme:dark}
*{box-sizing:border-box;font:inherit;color:inherit}
button{border:0;background:none;cursor:pointer;min-width:24px;min-height:24px}
button:focus-visible,textarea:focus-visible,.list:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.launch{width:56px;height:56px;border-radius:50%;background:var(--accent);color:var(--on-accent);box-shadow:0 4px 16px #0004;position:relative;display:grid;place-items:center}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#b3261e;color:#fff;font-size:13px;line-height:22px;text-align:center}
.panel{width:min(360px,calc(100vw - 24px));height:min(560px,calc(100vh - 40px));background:var(--ground);border:1px solid var(--line);border-radius:12px;box-shadow:0 8px 32px #0005;display:flex;flex-direction:column;overflow:hidden}
header{display:flex;align-items:center;gap:8px;padding:10px 8px 10px 14px;border-bottom:1px solid var(--line)}
h2{margin:0;font-size:16px;font-weight:600;flex:1;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.icon{width:32px;height:32px;border-radius:8px;display:grid;place-items:center}
.icon:hover{background:var(--soft)}
.banner{padding:6px 14px;background:var(--soft);color:var(--dim);font-size:13px;display:flex;gap:8px;align-items:center}
.banner button,.older,.trouble button{color:var(--accent);text-decoration:underline;font-size:13px}
.list{flex:1;overflow-y:auto;overflow-anchor:none;padding:12px 14px;display:flex;flex-direction:column;gap:8px;margin:0;list-style:none}
.list>:first-child{margin-top:auto}
.row{display:flex;flex-direction:column;align-items:flex-start;max-width:85%}
.row.mine{align-self:flex-end;align-items:flex-end}
.who{font-size:12px;color:var(--dim)}
.words{padding:7px 11px;border-radius:12px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
.mine .words{background:var(--accent);color:var(--on-accent)}
.words a{color:inherit}
.words.quiet{background:none;color:var(--dim);border:1px dashed var(--line)}
.state{font-size:12px;color:var(--dim)}
.trouble{font-size:12px;color:var(--bad);display:flex;gap:8px;align-items:center}
.note,.empty{align-self:center;color:var(--dim);font-size:13px;text-align:center}
.typing{min-height:20px;padding:0 14px;font-size:12px;color:var(--dim)}
form{display:flex;gap:8px;padding:10px;border-top:1px solid var(--line)}
textarea{flex:1;resize:none;min-height:38px;max-height:120px;padding:8px 10px;border:1px solid var(--line);border-radius:8px;background:var(--ground);field-sizing:content}
.send{padding:0 14px;border-radius:8px;background:var(--accent);color:var(--on-accent)}
.send[disabled]{opacity:.5;cursor:default}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
@media (prefers-reduced-motion:no-preference){.panel{animation:rise .15s ease-out}@keyframes rise{from{transform:translateY(8px);opacity:.4}}}
@media (forced-colors:active){.launch,.words,.send{border:1px solid}}
`;
