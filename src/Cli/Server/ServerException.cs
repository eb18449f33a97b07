namespace PixieOrleans.Cli.Server;

/// <summary>The silo answered with an error.</summary>
internal class ServerException(string message) : Exception(message);

/// <summary>The script does not compile; the message has a line per error, with source line and caret.</summary>
internal sealed class ScriptCompilationException(string message) : ServerException(message);
