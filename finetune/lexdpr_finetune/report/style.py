"""The looks of the page, by day and by night."""

STYLE = """
:root{--ink:#1c2024;--dim:#687076;--line:#dfe3e6;--paper:#fff;--tint:#f4f6f8;--good:#0a7d4b;--bad:#b42318;
--c0:#64748b;--c1:#2563eb;--c2:#d97706;--c3:#059669;--c4:#9333ea;--c5:#db2777}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--dim:#9ba1a6;--line:#30363c;--paper:#15181b;--tint:#1d2125;
--good:#4ade80;--bad:#f87171;--c0:#94a3b8;--c1:#60a5fa;--c2:#fbbf24;--c3:#34d399;--c4:#c084fc;--c5:#f472b6}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.6 system-ui,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",sans-serif}
main{max-width:1000px;margin:0 auto;padding:32px 20px 80px}
h1{font-size:26px;margin:0}h2{font-size:19px;margin:44px 0 8px}h3{font-size:15px;margin:22px 0 4px}
[lang=en]{color:var(--dim);font-weight:400;font-size:.8em}
.facts,.note,small{color:var(--dim)}small{display:block;font-size:12px}li small{display:inline}
.verdict{padding:12px 16px;border-left:4px solid;background:var(--tint);font-weight:600}
.verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th,td{text-align:right;padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{text-align:left}thead th{color:var(--dim);font-weight:600;white-space:nowrap}
.worst td:nth-child(n+4),.worst th:nth-child(n+4),.steps td:last-child,.steps th:last-child{text-align:left}
.steps td:last-child{word-break:break-all;font-size:12px}
ul{margin:0;padding-left:18px}pre{background:var(--tint);padding:14px;overflow-x:auto;font-size:12px}
summary{cursor:pointer;color:var(--dim)}
svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font-size:12px}
svg .tick{fill:var(--dim);text-anchor:middle;font-size:11px}svg .name{text-anchor:end}
svg .grid{stroke:var(--line)}svg line{stroke-width:2}svg .grid{stroke-width:1}
.legend{display:flex;gap:16px;flex-wrap:wrap;margin:4px 0}
.mark::before{content:"";display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px;
background:currentColor}
""" + "".join(
    f"svg .c{i}{{fill:var(--c{i});stroke:var(--c{i})}}.mark.c{i}{{color:var(--c{i})}}"
    for i in range(6)
)
