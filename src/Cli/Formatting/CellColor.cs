namespace PixieOrleans.Cli.Formatting;

/// <summary>Colour of a cell on a terminal that shows colours.</summary>
internal enum CellColor
{
    /// <summary>The terminal's own colour.</summary>
    Default,

    /// <summary>Good.</summary>
    Green,

    /// <summary>Worth a look.</summary>
    Yellow,

    /// <summary>Bad.</summary>
    Red,

    /// <summary>Less important than the rest.</summary>
    Dim,
}

/// <summary>Text of a cell as people read it.</summary>
internal readonly record struct Cell(string Text, CellColor Color = CellColor.Default);
