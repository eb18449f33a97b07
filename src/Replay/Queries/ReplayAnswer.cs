using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Replay.Queries;

/// <summary>Tables of an answer, and what is probably not meant in the script.</summary>
public sealed record ReplayAnswer(ImmutableArray<AnswerTable> Tables, ImmutableArray<ScriptMessage> Warnings);

/// <summary>One table of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Batches">Its rows.</param>
public sealed record AnswerTable(
    string Name, ImmutableArray<ColumnSchema> Columns, ImmutableArray<RowBatch> Batches)
{
    /// <summary>Number of its rows.</summary>
    public long Rows => Batches.Sum(batch => (long)batch.Rows);

    /// <summary>Hands every row to a writer, in order.</summary>
    public void WriteTo(IRowWriter writer)
    {
        foreach (var batch in Batches)
        {
            batch.WriteTo(writer);
        }
    }
}

/// <summary>An error or warning of a script; line and column start at 1, 0 when it belongs to no place.</summary>
public sealed record ScriptMessage(bool IsError, int Line, int Column, string Text, string Code, string SourceLine);

/// <summary>A script cannot be answered; the message says why, the errors where.</summary>
public sealed class ReplayQueryException(string message, ImmutableArray<ScriptMessage> errors) : Exception(message)
{
    /// <summary>Errors of the script; empty when the reason belongs to no place in its text.</summary>
    public ImmutableArray<ScriptMessage> Errors { get; } = errors;
}
