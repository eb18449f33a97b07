namespace PixieOrleans.Api.Profiles;

/// <summary>Style and script of a flame graph.</summary>
internal static class FlameGraphParts
{
    /// <summary>CSS.</summary>
    public const string Style = """
        text{font:12px monospace;fill:#222}
        .b{font-weight:bold;cursor:pointer}
        .e{text-anchor:end}
        #boxes g{cursor:pointer}
        #boxes g:hover rect{stroke:#222}
        #boxes g.hit rect{fill:#b46cf0}
        #boxes g.past{opacity:.55}
        """;

    /// <summary>JavaScript; without it the graph has its boxes and titles.</summary>
    public const string Script = """
        (function () {
          var W = 1200, LETTER = 7.3, MIN = 24;
          var get = function (id) { return document.getElementById(id); };
          var boxes = Array.prototype.map.call(get('boxes').childNodes, function (g) { return g; })
            .filter(function (g) { return g.nodeType === 1; })
            .map(function (g) {
              return {
                g: g, rect: g.querySelector('rect'), text: g.querySelector('text'),
                title: g.querySelector('title').textContent,
                x: +g.getAttribute('data-x'), n: +g.getAttribute('data-n'),
                y: +g.querySelector('rect').getAttribute('y')
              };
            });
          boxes.forEach(function (b) { b.name = b.title.replace(/ \(\d+ \S+, [\d.]+%\)$/, ''); });
          var total = boxes.reduce(function (most, b) { return Math.max(most, b.n); }, 0);
          var pattern = null;
          function show(x, n, y) {
            boxes.forEach(function (b) {
              var isCaller = b.y > y && b.x <= x && b.x + b.n >= x + n;
              var isInside = b.y <= y && b.x >= x && b.x + b.n <= x + n;
              b.g.style.display = isCaller || isInside ? '' : 'none';
              b.g.classList.toggle('past', isCaller);
              var left = isCaller ? 0 : (b.x - x) / n * W, width = isCaller ? W : b.n / n * W;
              b.rect.setAttribute('x', left);
              b.rect.setAttribute('width', width);
              b.text.setAttribute('x', left + 3);
              var letters = Math.floor((width - 6) / LETTER);
              b.text.textContent = width < MIN ? ''
                : b.name.length <= letters ? b.name : b.name.slice(0, Math.max(0, letters - 2)) + '..';
            });
          }
          function all() { show(0, total || 1, Infinity); }
          function mark() {
            var hits = boxes.filter(function (b) {
              var isHit = pattern !== null && pattern.test(b.name);
              b.g.classList.toggle('hit', isHit);
              return isHit;
            }).sort(function (a, b) { return a.x - b.x || b.n - a.n; });
            var sum = 0, end = -1; // boxes on top of one another count once
            hits.forEach(function (b) { if (b.x >= end) { sum += b.n; end = b.x + b.n; } });
            get('found').textContent = pattern === null ? ' '
              : 'found ' + sum + ', ' + (total ? 100 * sum / total : 0).toFixed(2) + '%';
            get('search').textContent = pattern === null ? 'search (Ctrl-F)' : 'end search';
          }
          function search() {
            var text = pattern === null ? prompt('Functions whose names match (regular expression):') : null;
            try {
              pattern = text ? new RegExp(text, 'i') : null;
            } catch (error) {
              pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
            }
            mark();
          }
          boxes.forEach(function (b) {
            b.g.addEventListener('click', function () { show(b.x, b.n, b.y); });
            b.g.addEventListener('mouseover', function () { get('detail').textContent = b.title; });
            b.g.addEventListener('mouseout', function () { get('detail').textContent = ' '; });
          });
          get('reset').addEventListener('click', all);
          get('search').addEventListener('click', search);
          window.addEventListener('keydown', function (key) {
            if (key.key === 'F3' || ((key.ctrlKey || key.metaKey) && key.key === 'f')) {
              key.preventDefault();
              search();
            }
          });
          all();
        })();

        """;
}
