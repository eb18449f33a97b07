using System.Runtime.InteropServices;
using System.Text;
using PixieOrleans.Api.Queries;
using PixieOrleans.Model;

namespace PixieOrleans.Api.Profiles;

/// <summary>
/// Takes rows of command line, stack and samples; counts per stack, whose first frame is the program's name. Bounded.
/// </summary>
internal sealed class SampledStacks(long maxBytes) : IRowWriter
{
    private const string UnknownProgram = "[unknown]"; // its process ended before it was looked at
    private const int StackBytes = 120; // of the entries of a stack, without its text

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private string _program = UnknownProgram;
    private string _stack = "";
    private bool _isStack; // what the next text is
    private long _bytes;

    /// <summary>Samples of all stacks.</summary>
    public long Total { get; private set; }

    /// <summary>The stacks in the order of their text, so that those with the same callers are neighbours.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> InOrder() =>
        [.. _counts.OrderBy(stack => stack.Key, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        if (_isStack)
        {
            _stack = text;
        }
        else
        {
            _program = ProgramOf(text);
        }

        _isStack = !_isStack;
    }

    /// <inheritdoc/>
    public void WriteInt64(long value)
    {
        var stack = _stack.Length == 0 ? _program : $"{_program};{_stack}";
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, stack, out var isKnown);
        if (!isKnown && (_bytes += StackBytes + (sizeof(char) * stack.Length)) > maxBytes)
        {
            throw new AnswerTooLargeException(
                $"The stacks take more than {maxBytes} bytes (Api:MaxHeldBytes). Ask for a shorter time, or for one "
                + "node, pod or service.");
        }

        count += value;
        Total += value;
    }

    /// <inheritdoc/>
    public void EndRow()
    {
        // the count was its last cell
    }

    /// <inheritdoc/>
    public void WriteBoolean(bool value) => throw Unexpected();

    /// <inheritdoc/>
    public void WriteUInt128(UInt128 value) => throw Unexpected();

    /// <inheritdoc/>
    public void WriteFloat64(double value) => throw Unexpected();

    /// <summary>The file name of the first word: "/usr/sbin/nginx -g x" is nginx; "nginx: worker" too.</summary>
    private static string ProgramOf(string commandLine)
    {
        var end = commandLine.IndexOf(' ');
        var path = end < 0 ? commandLine : commandLine[..end];
        var name = path[(path.LastIndexOf('/') + 1)..].TrimEnd(':').Replace(';', ':').Replace('\n', ' ');
        return name.Length == 0 ? UnknownProgram : name;
    }

    private static InvalidOperationException Unexpected() => new("A row of stacks has another cell.");
}
