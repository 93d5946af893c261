namespace Heliostat.MirrorBenchmark;

/// <summary>The sides of a mirror that speak TLS.</summary>
internal sealed record TlsUse(string Name, bool Source, bool Target)
{
    private static readonly TlsUse[] All = [new("none", false, false), new("source", true, false), new("target", false, true),
        new("both", true, true)];

    /// <summary>After a mirror's name.</summary>
    public string Suffix => Name == "none" ? "" : $", TLS {Name}";

    public static TlsUse Named(string name) => Array.Find(All, side => side.Name == name)
        ?? throw new ArgumentException($"unknown side '{name}': none, source, target and both are known");
}
