using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Plans.Tracing;

namespace PixieOrleans.Pxl.Tests.Tracing;

/// <summary>Scripts that ask for tracepoints and settings.</summary>
public sealed class TracepointTests
{
    private const string Imports = "import px\nimport pxtrace\nimport pxconfig\n";

    private const string DropsScript = Imports + """
        old = pxtrace.TraceProgram('kprobe:tcp_drop { printf("time_:%llu", nsecs); }', max_kernel='5.18')
        new = pxtrace.TraceProgram(
            program='tracepoint:skb:kfree_skb { printf("time_:%llu", nsecs); }',
            min_kernel='5.19.0',
            host_name='node-1',
        )
        pxtrace.UpsertTracepoint('drops', 'tcp_drops', [old, new], pxtrace.kprobe(), '10m')
        px.display(px.DataFrame('tcp_drops'))
        """;

    [Fact]
    public void Compile_ProgramsOfATracepoint_AreKept()
    {
        var result = Compile(DropsScript, new TableSchema("tcp_drops", "", [new("time_", DataType.Time64Ns)]));

        Assert.Empty(result.Diagnostics);
        Assert.Single(result.Plan!.Nodes.OfType<ResultNode>());
        var upsert = Assert.IsType<UpsertTracepoint>(Assert.Single(result.Mutations));
        Assert.Equal(("drops", "tcp_drops", 600_000_000_000), (upsert.Name, upsert.Table, upsert.TtlNs));
        Assert.IsType<HostTarget>(upsert.Target);
        Assert.Equal(
            [
                new TraceProgram("kprobe:tcp_drop { printf(\"time_:%llu\", nsecs); }", MaxKernel: "5.18"),
                new TraceProgram(
                    "tracepoint:skb:kfree_skb { printf(\"time_:%llu\", nsecs); }", "5.19.0", HostName: "node-1"),
            ],
            upsert.Programs);
    }

    [Fact]
    public void Compile_TableThatIsNotThereYet_StillTellsTheTracepoint()
    {
        var result = Compile(DropsScript);

        var error = Assert.Single(result.Diagnostics);
        Assert.Equal("Table 'tcp_drops' not found.", error.Message);
        Assert.Equal("it comes with the tracepoint 'drops', once that runs", error.Hint);
        Assert.Single(result.Mutations);
    }

    [Fact]
    public void Compile_ProbeOfAFunction_KeepsItsColumns()
    {
        var result = Compile(Imports + """
            @pxtrace.probe('main.handle')
            def handle():
                return [{'id': pxtrace.ArgExpr('req.id')}, {'err': pxtrace.RetExpr('$0'),
                        'took': pxtrace.FunctionLatency()}]
            pxtrace.UpsertTracepoint('h', 'handled', handle, px.make_upid(1, 2, 3), '5m')
            """);

        Assert.Empty(result.Diagnostics);
        Assert.Empty(result.Plan!.Nodes);
        var upsert = Assert.IsType<UpsertTracepoint>(Assert.Single(result.Mutations));
        Assert.Equal(new ProcessTarget(new Upid(1, 2, 3)), upsert.Target);
        Assert.Equal("main.handle", upsert.Probe!.Function);
        Assert.Equal(
            [
                new ProbeValue("id", ProbeValueKind.Argument, "req.id"),
                new ProbeValue("err", ProbeValueKind.Result, "$0"),
                new ProbeValue("took", ProbeValueKind.Latency, ""),
            ],
            upsert.Probe.Values);
    }

    [Fact]
    public void Compile_TargetsAndSettings_TravelAsJson()
    {
        var result = Compile(Imports + """
            pod = pxtrace.PodProcess('ns/pod', process_name='app')
            labels = pxtrace.LabelSelector({'app': 'web'}, 'ns', container_name='main')
            library = pxtrace.SharedObject('libc', px.make_upid(1, 2, 3))
            pxtrace.UpsertTracepoint('a', 't_a', 'program', pod, '1m')
            pxtrace.UpsertTracepoint('b', 't_b', 'program', labels, '1m')
            pxtrace.UpsertTracepoint('c', 't_c', 'program', library, '1m')
            pxtrace.DeleteTracepoint('d')
            pxconfig.set_agent_config('agents/one', 'gprof', 'true')
            """);

        Assert.Empty(result.Diagnostics);
        var decoded = JsonSerializer.Deserialize<Mutation[]>(JsonSerializer.Serialize(result.Mutations.ToArray()))!;
        var targets = decoded.OfType<UpsertTracepoint>().Select(upsert => upsert.Target).ToArray();
        Assert.Equal(new PodTarget("ns/pod", "", "app"), targets[0]);
        Assert.Equal([new PodLabel("app", "web")], Assert.IsType<LabelTarget>(targets[1]).Labels);
        Assert.Equal(new SharedObjectTarget("libc", new Upid(1, 2, 3)), targets[2]);
        Assert.Equal(new DeleteTracepoint("d"), decoded[3]);
        Assert.Equal(new SetAgentConfig("agents/one", "gprof", "true"), decoded[4]);
    }

    [Theory]
    [InlineData(
        "pxtrace.UpsertTracepoint('a', 'b', 'c', pxtrace.kprobe())",
        "missing 1 required positional arguments 'ttl'")]
    [InlineData("pxtrace.UpsertTracepoint('a', 'b', 'c', pxtrace.kprobe(), 'soon')", "'soon' is not a time to live.")]
    [InlineData("pxtrace.UpsertTracepoint('a', 'b', 'c', pxtrace.kprobe(), '-5m')", "'-5m' is not a time to live.")]
    [InlineData(
        "pxtrace.UpsertTracepoint('', 'b', 'c', pxtrace.kprobe(), '5m')",
        "The argument 'name' must not be empty.")]
    [InlineData(
        "pxtrace.UpsertTracepoint('a', 'b', [], pxtrace.kprobe(), '5m')",
        "Expected arg 'probe_fn' as type 'TraceProgram'")]
    [InlineData(
        "pxtrace.UpsertTracepoint('a', 'b', 5, pxtrace.kprobe(), '5m')",
        "Expected arg 'probe_fn' as type 'TraceProgram'")]
    [InlineData(
        "pxtrace.UpsertTracepoint('a', 'b', 'c', 'host', '5m')",
        "Expected arg 'target' as type 'UPID', received 'String'")]
    [InlineData(
        "pxtrace.UpsertTracepoint('a', 'b', 'c', None, '5m')",
        "Expected arg 'target' as type 'target', received 'None'")]
    [InlineData("pxtrace.TraceProgram('a', kernel='5.1')", "Unsupported selector argument provided 'kernel'")]
    [InlineData("pxtrace.TraceProgram('a', host_name='')", "Empty selector value provided for 'host_name'")]
    [InlineData("pxtrace.TraceProgram('a', min_kernel='new')", "'new' is not a version of a kernel.")]
    [InlineData("pxtrace.LabelSelector({}, 'ns')", "Expected arg 'labels' as type 'dict'")]
    [InlineData("pxtrace.LabelSelector({'a': 1}, 'ns')", "Expected arg 'labels' as type 'dict of texts'")]
    [InlineData("pxtrace.SharedObject('libc', 'me')", "Expected arg 'upid' as type 'UPID', received 'String'")]
    [InlineData("pxtrace.Probe('f')", "'pxtrace' object has no attribute 'Probe'")]
    [InlineData("pxtrace.probe('f')(5)", "Expected arg 'fn' as type 'function', received 'Int'")]
    [InlineData("pxconfig.set_agent_config('a', 'b')", "missing 1 required positional arguments 'value'")]
    public void Compile_BadArguments_AreTold(string line, string message)
    {
        var result = Compile(Imports + line);

        Assert.Contains(message, Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Null(result.Plan);
        Assert.Empty(result.Mutations);
    }

    [Theory]
    [InlineData("return 5", "px.make_upid(1, 2, 3)", "A probe function returns a list of dictionaries")]
    [InlineData("return [{'a': 5}]", "px.make_upid(1, 2, 3)", "A probe function returns a list of dictionaries")]
    [InlineData("return [{'a': pxtrace.FunctionLatency()}]", "pxtrace.kprobe()", "A probe function needs a process")]
    [InlineData(
        "return [{'a': pxtrace.ArgExpr('x')}, {'a': pxtrace.ArgExpr('y')}]",
        "px.make_upid(1, 2, 3)",
        "Column 'a' is named twice.")]
    public void Compile_BadProbes_AreTold(string body, string target, string message)
    {
        var result = Compile(
            $"{Imports}@pxtrace.probe('f')\ndef f():\n    {body}\n" +
            $"pxtrace.UpsertTracepoint('a', 'b', f, {target}, '5m')");

        Assert.Contains(message, Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TracepointDefinedTwice_IsRefused()
    {
        const string Line = "pxtrace.UpsertTracepoint('a', 'b', 'c', pxtrace.kprobe(), '5m')\n";

        var result = Compile(Imports + Line + Line);

        Assert.Equal("The tracepoint 'a' is defined twice.", Assert.Single(result.Diagnostics).Message);
    }

    private static CompileResult Compile(string script, params TableSchema[] schemas) =>
        PxlCompiler.Compile(script, new CompileRequest(schemas, TestTables.NowNs));
}
