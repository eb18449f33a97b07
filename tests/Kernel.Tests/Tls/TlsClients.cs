using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Clients of HTTP that take any certificate and go on using a connection.</summary>
internal static class TlsClients
{
    private const string Python =
        """
        import http.client, ssl, sys, urllib.parse
        first = urllib.parse.urlsplit(sys.argv[1])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client = (http.client.HTTPSConnection(first.netloc, context=context) if first.scheme == 'https'
                  else http.client.HTTPConnection(first.netloc))
        for address in sys.argv[1:]:
            parts = urllib.parse.urlsplit(address)
            client.request('GET', parts.path + ('?' + parts.query if parts.query else ''))
            client.getresponse().read()
        """;

    private const string NodeScript =
        """
        const secure = process.argv[1].startsWith('https');
        const library = require(secure ? 'https' : 'http');
        const agent = new library.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
        const ask = ([first, ...rest]) => first
          ? library.get(first, { agent }, answer => answer.resume().on('end', () => ask(rest))) : agent.destroy();
        ask(process.argv.slice(1));
        """;

    /// <summary>Lets a Node of any version ask.</summary>
    public static Task AskNodeAsync(string program, IEnumerable<Uri> addresses, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            program, ["-e", NodeScript, .. addresses.Select(address => address.AbsoluteUri)], cancellationToken);

    /// <summary>Asks for the addresses, one after the other.</summary>
    public static Task AskAsync(string client, IEnumerable<Uri> addresses, CancellationToken cancellationToken)
    {
        Uri[] all = [.. addresses];
        var urls = Array.ConvertAll(all, address => address.AbsoluteUri);
        return client switch
        {
            "curl" => RunAsync(
                Programs.Require("curl", "curl"),
                ["-sk", "--http1.1", .. urls.SelectMany(url => new[] { "-o", "/dev/null", url })]),
            "python" => RunAsync(Programs.Require("python3", "python3"), ["-c", Python, .. urls]),
            "node" => AskNodeAsync(Programs.Require("node", "nodejs"), addresses, cancellationToken),
            _ => RunAsync(
                Programs.RequireBuilt("PixieOrleans.Servers.Kestrel", "PixieOrleans.Servers.Kestrel"),
                [
                    "client", "1.1", all[0].GetLeftPart(UriPartial.Authority),
                    .. all.SelectMany(address => new[] { "GET", address.PathAndQuery, "0" }),
                ]),
        };

        Task RunAsync(string program, string[] arguments) =>
            ChildProcess.RunAsync(program, arguments, cancellationToken);
    }
}
