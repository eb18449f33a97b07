namespace PixieOrleans.Cli.Query;

/// <summary>Body of POST /api/v1/query: a text or a script's name, and how to run it.</summary>
internal sealed record QueryRequest
{
    /// <summary>Text of the script.</summary>
    public string? Query { get; init; }

    /// <summary>Name of a script of the library.</summary>
    public string? Script { get; init; }

    /// <summary>Values for the library script's variables.</summary>
    public Dictionary<string, string>? Variables { get; init; }

    /// <summary>Functions of the text to run.</summary>
    public QueryFunction[]? Functions { get; init; }

    /// <summary>Deadline of the query in milliseconds; null for the silo's.</summary>
    public long? TimeoutMs { get; init; }

    /// <summary>Most rows per table; null for the silo's.</summary>
    public long? MaxRows { get; init; }

    /// <summary>Most bytes that operators may hold; null for the silo's.</summary>
    public long? MaxMemoryBytes { get; init; }

    /// <summary>The answer shows the plan.</summary>
    public bool Explain { get; init; }

    /// <summary>The answer shows what the operators did.</summary>
    public bool Analyze { get; init; }
}

/// <summary>A function to run.</summary>
internal sealed record QueryFunction(string Name, Dictionary<string, string> Args, string Output);

/// <summary>A script of the library, as the silo lists it.</summary>
internal sealed record ScriptSummary(string Name, string Short, bool Hidden);

/// <summary>The scripts of the library.</summary>
internal sealed record ScriptList(ScriptSummary[] Scripts);

/// <summary>A script of the library.</summary>
internal sealed record Script(string Name, string Short, string Long, string Text, ScriptArgument[] Variables);

/// <summary>An argument that a script takes.</summary>
internal sealed record ScriptArgument(
    string Name, string Type, string Description, bool Required, string? Default, string[] ValidValues);
