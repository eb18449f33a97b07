namespace PixieOrleans.TestKit.Servers;

/// <summary>A Go program of the tests; its files lie beside them, below the folder "servers".</summary>
/// <param name="Folder">Their folder there.</param>
/// <param name="Import">The package that it needs beside Go's own.</param>
/// <param name="Debian">The Debian package of that.</param>
public sealed record GoProgram(string Folder, string Import, string Debian)
{
    /// <summary>Where Debian's -dev packages put their sources.</summary>
    public const string Packages = "/usr/share/gocode";

    /// <summary>Server and clients of net/http.</summary>
    public static GoProgram Http { get; } = new("Go", "golang.org/x/net/http2", "golang-golang-x-net-dev");

    /// <summary>Server and client of gRPC.</summary>
    public static GoProgram Grpc { get; } = new("Grpc", "google.golang.org/grpc", "golang-google-grpc-dev");

    /// <summary>Client of NATS.</summary>
    public static GoProgram Nats { get; } =
        new("Nats", "github.com/nats-io/nats.go", "golang-github-nats-io-go-nats-dev");

    /// <summary>Builds it with the system's Go, once per change of it; what is missing skips the test.</summary>
    public Task<string> BuildAsync(CancellationToken cancellationToken) =>
        GoToolchain.System.BuildAsync(this, GoBuild.Plain, cancellationToken);
}
