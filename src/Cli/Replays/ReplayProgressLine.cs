using System.Globalization;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Terminals;
using PixieOrleans.Replay;

namespace PixieOrleans.Cli.Replays;

/// <summary>One line that says how far a replay is, on a terminal, once it takes longer than a moment.</summary>
/// <param name="terminal">Whose messages go to a terminal, or nothing is shown.</param>
/// <param name="fileBytes">Bytes of the file; null when they are not known.</param>
internal sealed class ReplayProgressLine(Terminal terminal, long? fileBytes)
{
    private const long IntervalMs = 500;

    private long _shownMs = Environment.TickCount64;
    private bool _isShown;

    /// <summary>Shows the progress, if it is time.</summary>
    public void Show(ReplayProgress progress, long position)
    {
        if (!terminal.ShowsProgress || Environment.TickCount64 - _shownMs < IntervalMs)
        {
            return;
        }

        _shownMs = Environment.TickCount64;
        _isShown = true;
        var share = fileBytes is > 0 ? $"{100 * position / fileBytes} % of " : "";
        var size = QuantityText.Bytes(fileBytes ?? progress.FileBytes);
        var packets = progress.Packets.ToString("N0", CultureInfo.InvariantCulture);
        terminal.Error.Write($"\rreading: {share}{size}, {packets} packets\e[K");
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            terminal.Error.Write("\r\e[K");
        }
    }
}
