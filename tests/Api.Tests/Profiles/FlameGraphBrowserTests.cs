using System.Text.Json;
using PixieOrleans.Api.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Api.Tests.Profiles;

/// <summary>
/// A flame graph in Chromium, driven by the npm package playwright-core in the folder PXO_PLAYWRIGHT; ./soak browser
/// brings both.
/// </summary>
public sealed class FlameGraphBrowserTests
{
    // Answers with what is to be seen after each step.
    private const string Script = """
        const { chromium } = require(process.argv[2]);
        (async () => {
          const browser = await chromium.launch({ executablePath: process.argv[4], args: ['--no-sandbox',
            '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
            '--disable-sync'] });
          const page = await browser.newPage();
          const errors = [];
          page.on('pageerror', error => errors.push(String(error)));
          page.on('dialog', dialog => dialog.accept('^h'));
          await page.goto('file://' + process.argv[3]);
          const seen = () => page.evaluate(() => ({
            boxes: [...document.querySelectorAll('#boxes g')].filter(g => g.style.display !== 'none').map(g =>
              g.querySelector('title').textContent.split(' (')[0] + ' ' + Math.round(g.querySelector('rect')
                .getBoundingClientRect().width) + (g.classList.contains('hit') ? ' hit' : '')),
            found: document.getElementById('found').textContent,
            detail: document.getElementById('detail').textContent,
          }));
          const box = name => page.locator('#boxes g', { has: page.locator('title', { hasText: name }) }).last();
          const steps = [await seen()];
          await page.keyboard.press('Control+f');
          steps.push(await seen());
          await page.locator('#search').click();
          await box('hot (8').click();
          steps.push(await seen());
          await page.locator('#reset').click();
          steps.push(await seen());
          console.log(JSON.stringify({ steps, errors }));
          await browser.close();
        })();
        """;

    private static readonly string[] AllBoxes =
        ["[k] do_work 600", "all 1200", "cold 240", "here 600", "hot 960", "main 1200"];

    [Fact]
    public async Task Draw_InABrowser_SearchMarksAndAClickZooms()
    {
        var chromium = Programs.Require("chromium", "chromium, or run ./soak browser");
        var node = Programs.Require("node", "nodejs");
        var playwright = Environment.GetEnvironmentVariable("PXO_PLAYWRIGHT");
        Assert.SkipUnless(playwright is not null, "PXO_PLAYWRIGHT does not name playwright-core: run ./soak browser");
        using var folder = new TempFolder();
        var graph = folder.Write("graph.svg", FlameGraph.Draw(
            [new("main;cold", 2), new("main;hot", 3), new("main;hot;here;[k] do_work", 5)], ProfileKind.OnCpu));

        var output = await ChildProcess.RunAsync(
            node, [folder.Write("drive.js", Script), playwright!, graph, chromium],
            TestContext.Current.CancellationToken);

        using var answer = JsonDocument.Parse(output.Split('\n').Last(line => line.StartsWith('{')));
        Assert.Empty(answer.RootElement.GetProperty("errors").EnumerateArray());
        var steps = answer.RootElement.GetProperty("steps");
        Assert.Equal(AllBoxes, Boxes(steps[0]).Order(StringComparer.Ordinal));
        Assert.Equal(["here 600 hit", "hot 960 hit"], Boxes(steps[1]).Where(box => box.EndsWith("hit")).Order());
        Assert.Equal("found 8 samples, 80.00%", steps[1].GetProperty("found").GetString());
        Assert.Equal( // it and its callers are as wide as the graph; what is beside it is gone
            ["[k] do_work 750", "all 1200", "here 750", "hot 1200", "main 1200"],
            Boxes(steps[2]).Order(StringComparer.Ordinal));
        Assert.StartsWith("hot (8 samples", steps[2].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(AllBoxes, Boxes(steps[3]).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Boxes(JsonElement step) =>
        step.GetProperty("boxes").EnumerateArray().Select(box => box.GetString()!);
}
