using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Tls;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>
/// Known calls of a library, made by a process of the node, tell before any connection what is seen. All on copies:
/// other processes of the machine use the libraries themselves.
/// </summary>
public sealed class SelfTestTests(SelfTestTests.Shared shared) : IClassFixture<SelfTestTests.Shared>
{
    private const string SystemFolder = "/usr/lib/x86_64-linux-gnu";
    private const string OtherUser = "1000";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("libcrypto.so.3", "libssl.so.3")]
    [InlineData("libgnutls.so.30")]
    [InlineData("android/libcrypto.so.0", "android/libssl.so.0")]
    public Task Library_OfTheSystem_IsProvedByKnownCalls(params string[] names) =>
        AssertProvedAsync([], [.. names.Select(name => $"{SystemFolder}/{name}")]);

    /// <summary>OpenSSL 1.1.1; libraries of newer releases need a newer C library.</summary>
    [Fact]
    public async Task Library_OfAnOlderRelease_IsProvedByKnownCalls()
    {
        var ssl = TlsTargetFolder.Require("bullseye", $"{SystemFolder[1..]}/libssl.so.1.1");

        var status = await AssertProvedAsync(
            [], ssl.Replace("libssl", "libcrypto", StringComparison.Ordinal), ssl);

        Assert.StartsWith("OpenSSL 1.1.1", status.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Library_ThatARealConnectionProvesLater_IsProved()
    {
        var node = await shared.NodeAsync();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile, copies.Launcher);
        await WaitAsync(
            node,
            () => node.Tls.Any(t => IsIn(t, copies.Folder) && t.Proof == TlsProof.KnownCall), "known calls");

        await ChildProcess.RunAsync(
            Programs.Require("curl", "curl"), ["-sk", "-o", "/dev/null", $"{server.Address}"], Cancelled);

        await WaitAsync(
            node,
            () => node.Tls.Any(t => IsIn(t, copies.Folder) && t.Proof == TlsProof.Proved), "its proof");
    }

    /// <summary>Its SSL_write is not marked as a function: the probes are in one that nobody calls.</summary>
    [Fact]
    public async Task Library_WhoseCallsAreNotSeen_IsBlindAndTellsBothNumbers()
    {
        var node = await shared.NodeAsync();
        using var folder = new TempFolder();
        var path = await OwnLibraries.BuildAsync(folder, "unseen", Cancelled);

        await using var user = LibraryUser.Start(OwnLibraries.Launcher, path);

        await WaitAsync(node, () => Of(node, user)?.Proof == TlsProof.Blind, "it is blind");
        Assert.StartsWith(
            "The self-test made 2 calls of SSL_write with 1730 bytes, and the probes saw 0 calls and 0 bytes",
            Of(node, user)!.Reason,
            StringComparison.Ordinal);
    }

    /// <summary>Its constructor ends the process where it has more rights than it needs.</summary>
    [Fact]
    public async Task Library_IsRunWithoutRights()
    {
        using var folder = new TempFolder();
        var path = await OwnLibraries.BuildAsync(folder, "confined", Cancelled);

        await AssertProvedAsync(OwnLibraries.Launcher, path);
    }

    [Theory]
    [InlineData("hangs", "did not end within 5 s")]
    [InlineData("aborts", "ended with code 134")]
    public async Task Library_ThatBreaksTheSelfTest_IsLeftToRealConnections(string kind, string reason)
    {
        var node = await shared.NodeAsync();
        using var folder = new TempFolder();
        var path = await OwnLibraries.BuildAsync(folder, kind, Cancelled);

        await using var user = LibraryUser.Start(OwnLibraries.Launcher, path);

        await WaitAsync(node, () => Of(node, user)?.Reason.Contains(reason, StringComparison.Ordinal) == true, reason);
        Assert.Equal(TlsProof.NotYet, Of(node, user)!.Proof);
        await AssertProvedAsync([], $"{SystemFolder}/libcrypto.so.3", $"{SystemFolder}/libssl.so.3"); // others go on
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("mode")]
    [InlineData("folder")]
    public async Task Library_ThatOthersThanRootMayHaveWritten_IsNotRun(string kind)
    {
        var node = await shared.NodeAsync();
        using var copies = new LibraryCopies();
        var path = Path.Combine(copies.Folder, "libssl.so.3");
        var (change, expected) = kind switch
        {
            "owner" => (new[] { "chown", OtherUser, path }, $"{path} is owned by user {OtherUser}"),
            "mode" => (["chmod", "g+w", path], $"{path} may be written by others"),
            _ => (["chown", OtherUser, copies.Folder], $"{copies.Folder} is owned by user {OtherUser}"),
        };
        await ChildProcess.RunAsync(Programs.Require(change[0], "coreutils"), change[1..], Cancelled);

        await using var user = LibraryUser.Start(copies.Launcher, path);

        await WaitAsync(
            node,
            () => Of(node, user)?.Reason.StartsWith($"No self-test: {expected}", StringComparison.Ordinal) == true,
            "the reason");
        Assert.Equal(TlsProof.NotYet, Of(node, user)!.Proof);
    }

    /// <summary>A file system of its own hides the library from the node, as a container's does.</summary>
    [Fact]
    public async Task Library_OfAnotherMountNamespace_IsNotRun()
    {
        var node = await shared.NodeAsync();
        using var copies = new LibraryCopies();
        var hidden = Path.Combine(copies.Folder, "hidden");
        string[] launcher =
        [
            Programs.Require("unshare", "util-linux"), "-m", "/bin/sh", "-c",
            $"mkdir {hidden} && mount -t tmpfs none {hidden} && cp {copies.Folder}/lib* {hidden}/ "
                + $"&& LD_LIBRARY_PATH={hidden} exec \"$@\"",
            "sh",
        ];

        await using var user = LibraryUser.Start(launcher, $"{hidden}/libssl.so.3");

        await WaitAsync(
            node,
            () => Of(node, user)?.Reason.Contains("a container's", StringComparison.Ordinal) == true, "the reason");
        Assert.Equal(TlsProof.NotYet, Of(node, user)!.Proof);
    }

    /// <summary>The node's own processes are not in the scope: known calls are seen all the same.</summary>
    [Fact]
    public async Task Library_WithAScopeOfProcesses_IsProvedByCallsThatShowNowhere()
    {
        Programs.RequireRoot();
        using var copies = new LibraryCopies();
        await using var user = LibraryUser.Start(copies.Launcher, Path.Combine(copies.Folder, "libssl.so.3"));
        await using var node = await Node.StartAsync(("ScopePids:0", $"{user.Id}"));

        await WaitAsync(node, () => Of(node, user)?.Proof == TlsProof.KnownCall, "the self-test's result");

        Assert.All(node.Tls.Where(t => IsIn(t, copies.Folder)), t => Assert.Equal(user.Id, (int)t.ProcessId));
        Assert.All(
            node.Runtime.GetStatus().Counters.Where(c => c.Name.StartsWith("TLS call", StringComparison.Ordinal)),
            c => Assert.Equal(0, c.PerCpu.Sum()));
    }

    [Fact]
    public async Task Library_WithSelfTestsSwitchedOff_HasNoReason()
    {
        Programs.RequireRoot();
        using var copies = new LibraryCopies();
        await using var user = LibraryUser.Start(copies.Launcher, Path.Combine(copies.Folder, "libssl.so.3"));
        await using var node = await Node.StartAsync(("TlsSelfTest", "false"));

        await WaitAsync(node, () => Of(node, user) is not null, "it is listed");

        Assert.Equal((TlsProof.NotYet, ""), (Of(node, user)!.Proof, Of(node, user)!.Reason));
    }

    private async Task<TlsProcessStatus> AssertProvedAsync(string[] launcher, params string[] libraries)
    {
        var node = await shared.NodeAsync();
        using var folder = new TempFolder();
        var copies = libraries.Select(path => Copy(path, folder)).ToArray();

        await using var user = LibraryUser.Start(launcher, copies);

        await WaitAsync(node, () => Of(node, user)?.Proof == TlsProof.KnownCall, "the self-test's result");
        Assert.Equal("", Of(node, user)!.Reason);
        return Of(node, user)!;
    }

    /// <summary>Longer than other waits: a process is started for it, and one that hangs takes its time.</summary>
    private static Task WaitAsync(Node node, Func<bool> condition, string what) => Poll.UntilAsync(
        () => Task.FromResult(condition()),
        TimeSpan.FromSeconds(60),
        () => $"{what}; {string.Join('\n', node.Tls)}",
        Cancelled);

    private static string Copy(string path, TempFolder folder)
    {
        if (!File.Exists(path))
        {
            throw Programs.Skip($"{path} is missing: ./test installs it");
        }

        var copy = folder.File(Path.GetFileName(path));
        File.Copy(path, copy);
        return copy;
    }

    private static TlsProcessStatus? Of(Node node, ChildProcess user) =>
        node.Tls.FirstOrDefault(t => t.ProcessId == user.Id);

    private static bool IsIn(TlsProcessStatus status, string folder) =>
        status.Library.StartsWith(folder, StringComparison.Ordinal);

    /// <summary>One node for the tests without settings of their own.</summary>
    public sealed class Shared : IAsyncDisposable
    {
        private Node? _node;

        public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;

        internal async Task<Node> NodeAsync()
        {
            Programs.RequireRoot();
            return _node ??= await Node.StartAsync();
        }
    }
}
