namespace PixieOrleans.Api.Profiles;

/// <summary>Form of a profile.</summary>
internal enum ProfileFormat
{
    /// <summary>A line per stack: frames from the root with ";" between them, a space, samples.</summary>
    Folded,

    /// <summary>profile.proto in gzip, for go tool pprof.</summary>
    Pprof,

    /// <summary>A flame graph.</summary>
    Svg,

    /// <summary>JSON for www.speedscope.app.</summary>
    Speedscope,
}
