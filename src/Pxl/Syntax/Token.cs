using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Kinds of tokens.</summary>
internal enum TokenKind
{
    /// <summary>After the last line.</summary>
    EndOfFile,

    /// <summary>End of a logical line.</summary>
    Newline,

    /// <summary>A block begins.</summary>
    Indent,

    /// <summary>A block ends.</summary>
    Dedent,

    /// <summary>An identifier.</summary>
    Name,

    /// <summary>A reserved word.</summary>
    Keyword,

    /// <summary>A whole number; Value is a long.</summary>
    Integer,

    /// <summary>A floating-point number; Value is a double.</summary>
    Float,

    /// <summary>A text; Value is the decoded string.</summary>
    String,

    /// <summary>A text with expressions in it (f'...').</summary>
    FormattedString,

    /// <summary>An operator or a bracket.</summary>
    Operator,

    /// <summary>Characters that are none of these; already reported.</summary>
    Invalid,
}

/// <summary>A token: its text (of operators and names) or value (of literals), and its place.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, SourceSpan Span, object? Value = null)
{
    public bool Is(string text) => Kind is TokenKind.Operator or TokenKind.Keyword && Text == text;
}
