namespace PixieOrleans.Silo.Configuration;

/// <summary>A command line that cannot be understood, or settings that cannot be read.</summary>
internal sealed class BadConfigurationException(string message) : Exception(message);

/// <summary>The command line: friendly flags, and any setting as --Section:Key=value.</summary>
/// <param name="Settings">Settings by their full key.</param>
/// <param name="ConfigFile">File given by --config, or null.</param>
/// <param name="ShowHelp">--help was given.</param>
/// <param name="ShowVersion">--version was given.</param>
internal sealed record CommandLine(
    IReadOnlyDictionary<string, string?> Settings, string? ConfigFile, bool ShowHelp, bool ShowVersion)
{
    public const string Help =
        """
        pixie-silo: one node of PixieOrleans: probes, tables, queries and the REST API.

        Usage: pixie-silo [FLAGS]

          --port PORT              port of the API on 127.0.0.1 (default 7700)
          --node NAME              name of the node (default: the host's name)
          --silo-port PORT         port for other silos (default 7711)
          --gateway-port PORT      port for clients of the cluster (default 7730)
          --membership KIND        localhost: one silo (default); file: several silos on one machine
          --membership-file PATH   the file that these silos share
          --config PATH            settings as JSON (default: pxo.json in the working folder, if there)
          --Section:Key=VALUE      any setting, such as --NodeProbe:Shards=2 or --Query:DefaultTimeoutMs=5000
          --version                print the version
          --help                   print this

        Settings come from the file, then from the environment (PXO_NodeProbe__Shards=2), then from flags.
        Exit codes: 0 ended as asked, 1 failed, 2 bad configuration.
        """;

    private static readonly Dictionary<string, string> Friendly = new(StringComparer.Ordinal)
    {
        ["port"] = "Api:Port",
        ["node"] = "Silo:Node",
        ["silo-port"] = "Silo:SiloPort",
        ["gateway-port"] = "Silo:GatewayPort",
        ["membership"] = "Silo:Membership",
        ["membership-file"] = "Silo:MembershipFile",
    };

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="BadConfigurationException">An argument is not understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        string? configFile = null;
        var (help, version) = (false, false);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--help" or "-h" or "-?":
                    help = true;
                    break;
                case "--version":
                    version = true;
                    break;
                default:
                    var (key, value) = ReadFlag(arguments, ref i);
                    if (key == "config")
                    {
                        configFile = value;
                    }
                    else
                    {
                        settings[ToSetting(key)] = value;
                    }

                    break;
            }
        }

        return new CommandLine(settings, configFile, help, version);
    }

    private static (string Key, string Value) ReadFlag(IReadOnlyList<string> arguments, ref int index)
    {
        var argument = arguments[index];
        if (!argument.StartsWith("--", StringComparison.Ordinal))
        {
            throw new BadConfigurationException($"'{argument}' is not a flag; see --help.");
        }

        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? argument[2..] : argument[2..equals];
        if (key != "config" && !Friendly.ContainsKey(key) && !key.Contains(':', StringComparison.Ordinal))
        {
            throw new BadConfigurationException($"There is no flag --{key}; see --help.");
        }

        if (equals >= 0)
        {
            return (key, argument[(equals + 1)..]);
        }

        return ++index < arguments.Count
            ? (key, arguments[index])
            : throw new BadConfigurationException($"{argument} needs a value; see --help.");
    }

    private static string ToSetting(string key) => Friendly.GetValueOrDefault(key, key);
}
