"""The looks of the pages, by day and by night, on a desk and in a hand."""

STYLE = """
:root{--ink:#1c2024;--dim:#5f676d;--line:#dfe3e6;--paper:#fff;--tint:#f4f6f8;--good:#0a7d4b;--bad:#b42318;
--c0:#64748b;--c1:#2563eb;--c2:#d97706;--c3:#059669;--c4:#9333ea;--c5:#db2777}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--dim:#9ba1a6;--line:#30363c;--paper:#15181b;--tint:#1d2125;
--good:#4ade80;--bad:#f87171;--c0:#94a3b8;--c1:#60a5fa;--c2:#fbbf24;--c3:#34d399;--c4:#c084fc;--c5:#f472b6}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);word-break:keep-all;overflow-wrap:break-word;
font:15px/1.6 system-ui,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif}
main{max-width:1000px;margin:0 auto;padding:32px 20px 80px}
h1{font-size:26px;line-height:1.3;margin:0}h2{font-size:19px;margin:44px 0 8px}h3{font-size:15px;margin:22px 0 4px}
[lang=en]{color:var(--dim);font-weight:400;font-size:max(.8em,12px)}
.facts,.note,small{color:var(--dim)}small{display:block;font-size:12px}li small,.row small{display:inline}
.verdict{padding:12px 16px;border-left:4px solid;background:var(--tint);font-weight:600}
.verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}.verdict [lang=en]{display:block}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th,td{text-align:right;padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{text-align:left}thead th{color:var(--dim);font-weight:600;white-space:nowrap}
.figures td,.figures small{white-space:nowrap}
.worst td:nth-child(n+4),.worst th:nth-child(n+4),.steps td:last-child,.steps th:last-child,
.words td,.words th{text-align:left}
.steps td:last-child{font-size:13px}
.column{display:none}
ul{margin:0;padding-left:18px}pre{background:var(--tint);padding:14px;overflow-x:auto;font-size:12px}
summary{cursor:pointer;color:var(--dim);padding:4px 0}
.row{display:grid;grid-template-columns:230px 1fr;gap:14px;align-items:center}
.row>span{text-align:right;font-size:13px;line-height:1.35}
.chart{margin:6px 0;padding-right:56px}.chart svg{width:100%;display:block;overflow:visible}
svg text{fill:var(--ink);font-size:12px;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
svg .tick{fill:var(--dim);text-anchor:middle}svg .tick.first{text-anchor:start}
svg line{stroke-width:2}svg .grid{stroke:var(--line);stroke-width:1}
svg .limit{stroke:var(--bad);stroke-dasharray:4 3}
.legend{display:flex;gap:4px 16px;flex-wrap:wrap;margin:4px 0}
.mark::before{content:"";display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px;
background:currentColor}
@media(max-width:640px){
main{padding:24px 16px 60px}h1{font-size:22px}
.row{grid-template-columns:1fr;gap:0;margin-top:6px}.row>span{text-align:left}
.chart{padding-right:46px;padding-left:4px}
.cards thead{display:none}.cards tr,.cards td{display:block;text-align:left}
.cards tr{padding:10px 0;border-bottom:1px solid var(--line)}.cards td{border:0;padding:3px 0}
.cards td:first-child{font-weight:600}.cards small{font-weight:400}
.column{display:inline;color:var(--dim);font-size:12px;margin-right:6px}.cards td:first-child .column{display:none}
}
@media print{body{word-break:normal}svg{print-color-adjust:exact}tr,.chart{break-inside:avoid}}
""" + "".join(
    f"svg .c{i}{{fill:var(--c{i});stroke:var(--c{i})}}svg rect.c{i}{{stroke:none}}.mark.c{i}{{color:var(--c{i})}}"
    for i in range(6)
)
