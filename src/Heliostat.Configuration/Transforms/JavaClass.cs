namespace Heliostat.Configuration.Transforms;

/// <summary>
/// A class of the user's that runs in a JVM beside the mirror (docs/java.md), with its settings; each reading is another one.
/// </summary>
/// <param name="kind">What it is.</param>
/// <param name="name">Its name, with its package.</param>
public sealed class JavaClass(JavaClassKind kind, string name)
{
    /// <summary>What it is.</summary>
    public JavaClassKind Kind => kind;

    /// <summary>Its name, with its package.</summary>
    public string Name => name;

    /// <summary>The jar or folder that has it.</summary>
    public string Place { get; init; } = "";

    /// <summary>What its constructor is given; null for nothing (<c>--message.handler.args</c>).</summary>
    public string? Argument { get; init; }

    /// <summary>What it is configured with; values may be secrets.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Keys are read and written as JSON without schemas (<c>heliostat.payload.key</c>); otherwise they are bytes.</summary>
    public bool KeyIsJson { get; init; }

    /// <summary>Values are read and written as JSON without schemas (<c>heliostat.payload.value</c>); otherwise they are bytes.</summary>
    public bool ValueIsJson { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => name;
}
