using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>Writes one answer, part by part.</summary>
internal interface IAnswerWriter : IDisposable
{
    /// <summary>The tables are known; nothing has been sent yet.</summary>
    Task StartAsync(QueryStarted started, CancellationToken cancellationToken);

    /// <summary>Rows of a table.</summary>
    /// <exception cref="AnswerTooLargeException">More rows than may be held back.</exception>
    Task WriteAsync(QueryBlock block, CancellationToken cancellationToken);

    /// <summary>In a stream: rows expired before they were read. Only forms that take streams get it.</summary>
    Task WriteLossAsync(QueryLoss loss, CancellationToken cancellationToken);

    /// <summary>How the query was run; before the end.</summary>
    void Explain(QueryExplanation explanation);

    /// <summary>The end of the answer.</summary>
    Task EndAsync(QuerySummary summary, CancellationToken cancellationToken);

    /// <summary>The answer is of no use; called instead of EndAsync when something may have been sent.</summary>
    Task FailAsync(string code, string message, CancellationToken cancellationToken);
}

/// <summary>An answer needs more memory than it may take.</summary>
internal sealed class AnswerTooLargeException(string message) : Exception(message);
