using System.Net;
using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Requests.Networks;

/// <summary>
/// nslookup: names of addresses; the input where there is none. Asks for the distinct values of a batch together, and
/// for no value twice.
/// </summary>
internal sealed class LookupNameExpression(StringExpression input, ExecutionOptions options)
    : StringResultExpression(options, input)
{
    private const int MaxText = 64; // bytes; longer texts are no addresses
    private const int MaxKnown = 65_536; // texts of one execution; then all of them are forgotten

    private readonly IReverseNames _names = options.Environment.ReverseNames;
    private readonly Dictionary<string, byte[]?> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IPAddress> _wanted = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = input.Evaluate(batch);
        Learn(cells);
        var names = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> letters = stackalloc char[MaxText];
        for (var row = 0; row < batch.Rows; row++)
        {
            var cell = cells.GetUtf8(row);
            var text = ToText(cell, letters);
            arena.Append(names.TryGetValue(text, out var name) && name is not null ? name : cell);
            arena.EndCell();
        }
    }

    private void Learn(StringColumn cells)
    {
        if (_known.Count > MaxKnown)
        {
            _known.Clear();
        }

        // Codes that a slice does not use cost a question, and spare one later.
        var distinct = cells is DictionaryStringColumn encoded ? encoded.Dictionary : cells;
        _wanted.Clear();
        var names = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> letters = stackalloc char[MaxText];
        for (var row = 0; row < distinct.Length; row++)
        {
            var cell = distinct.GetUtf8(row);
            var text = ToText(cell, letters);
            if (!text.IsEmpty && !names.ContainsKey(text) && AddressText.Read(cell) is { } address)
            {
                names[text] = null;
                _wanted.Add(text.ToString(), address);
            }
        }

        if (_wanted.Count > 0)
        {
            Ask();
        }
    }

    private void Ask()
    {
        var found = _names.Find([.. _wanted.Values]);
        var index = 0;
        foreach (var text in _wanted.Keys)
        {
            _known[text] = found[index++] is { } name ? Encoding.UTF8.GetBytes(name) : null;
        }
    }

    private static ReadOnlySpan<char> ToText(ReadOnlySpan<byte> cell, Span<char> letters) =>
        cell.Length <= MaxText ? letters[..Encoding.UTF8.GetChars(cell, letters)] : default;
}
