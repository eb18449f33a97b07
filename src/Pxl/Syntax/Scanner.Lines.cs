using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Lines, comments and indentation.</summary>
internal sealed partial class Scanner
{
    private const int TabWidth = 8;

    // Width of each open block: once with tabs to the next multiple of 8, once with tabs as one column. Lines must
    // compare the same way in both, or their order depends on the width of a tab.
    private readonly Stack<(int Wide, int Narrow)> _indents = new([(0, 0)]);

    private void ScanLineEnd()
    {
        SkipLineEnd();
        if (_brackets.Count == 0)
        {
            EndLine();
            ScanIndentation();
        }
    }

    private void SkipLineEnd()
    {
        if (text[_position] == '\r' && _position + 1 < text.Length && text[_position + 1] == '\n')
        {
            _position++;
        }

        _position++;
        _line++;
        _lineStart = _position;
    }

    private bool IsLineEnd(int position) => position < text.Length && text[position] is '\n' or '\r';

    private void SkipComment()
    {
        while (_position < text.Length && !IsLineEnd(_position))
        {
            _position++;
        }
    }

    private void EndLine()
    {
        if (_tokens.Count > 0 && _tokens[^1].Kind is not (TokenKind.Newline or TokenKind.Indent or TokenKind.Dedent))
        {
            var last = _tokens[^1].Span;
            Add(TokenKind.Newline, "end of line", last with { Column = last.Column + last.Length, Length = 1 });
        }
    }

    /// <summary>At the start of a line: skips blanks and, unless the line is empty, opens or closes blocks.</summary>
    private void ScanIndentation()
    {
        while (_position < text.Length)
        {
            var start = _position;
            while (_position < text.Length && text[_position] is ' ' or '\t' or '\f')
            {
                _position++;
            }

            if (_position < text.Length && text[_position] == '#')
            {
                SkipComment();
            }
            else if (!IsLineEnd(_position))
            {
                if (_position < text.Length)
                {
                    ApplyIndentation(start, _position);
                }

                return;
            }

            if (_position < text.Length)
            {
                SkipLineEnd();
            }
        }
    }

    private void ApplyIndentation(int start, int end)
    {
        var (wide, narrow) = (0, 0);
        for (var i = start; i < end; i++)
        {
            wide = text[i] == '\t' ? ((wide / TabWidth) + 1) * TabWidth : wide + 1;
            narrow++;
        }

        var top = _indents.Peek();
        if (wide > top.Wide)
        {
            CheckTabs(narrow > top.Narrow);
            _indents.Push((wide, narrow));
            Add(TokenKind.Indent, "indent", Here());
            return;
        }

        while (wide < _indents.Peek().Wide)
        {
            _indents.Pop();
            Add(TokenKind.Dedent, "dedent", Here());
        }

        if (wide != _indents.Peek().Wide)
        {
            Indentation("unindent does not match any outer indentation level");
        }
        else
        {
            CheckTabs(narrow == _indents.Peek().Narrow);
        }
    }

    private void CloseBlocks()
    {
        while (_indents.Count > 1)
        {
            _indents.Pop();
            Add(TokenKind.Dedent, "dedent", Here());
        }
    }

    private void CheckTabs(bool consistent)
    {
        if (!consistent)
        {
            Indentation("inconsistent use of tabs and spaces in indentation");
        }
    }

    private void Indentation(string message) =>
        diagnostics.Error(DiagnosticCodes.Indentation, Here(), "IndentationError: " + message);
}
