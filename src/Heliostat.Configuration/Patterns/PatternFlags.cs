namespace Heliostat.Configuration.Patterns;

/// <summary>Java's inline flags that are served: <c>(?idmsx)</c>.</summary>
[Flags]
internal enum PatternFlags
{
    None = 0,
    CaseInsensitive = 1,
    UnixLines = 2,
    Multiline = 4,
    DotAll = 8,
    Comments = 16,
}
