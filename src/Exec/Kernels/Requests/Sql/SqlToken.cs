namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>Dialect of a statement.</summary>
internal enum SqlDialect
{
    /// <summary>MySQL 8.</summary>
    MySql,

    /// <summary>PostgreSQL 16, with standard_conforming_strings on.</summary>
    PostgreSql,
}

/// <summary>Kind of a piece of a statement.</summary>
internal enum SqlTokenKind
{
    /// <summary>White space or a comment.</summary>
    Blank,

    /// <summary>Keyword or plain name.</summary>
    Word,

    /// <summary>Quoted name, or a variable of MySQL.</summary>
    Name,

    /// <summary>String literal of any kind, with its prefix.</summary>
    Text,

    /// <summary>Number without a sign.</summary>
    Number,

    /// <summary>Placeholder of a parameter.</summary>
    Parameter,

    /// <summary>Operator or punctuation.</summary>
    Symbol,

    /// <summary>A literal, quoted name or comment that never ends.</summary>
    Unterminated,
}

/// <summary>A piece of a statement.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End);
