using System.Text;
using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Transforms;

/// <summary>
/// What bytes are held against: those of a text in UTF-8, or given as <c>hex:</c>; the beginning of such; or a Java pattern that matches
/// their text whole.
/// </summary>
public sealed record BytesTest
{
    private BytesTest(string written) => Written = written;

    /// <summary>As it was written.</summary>
    public string Written { get; }

    /// <summary>The bytes, or how they begin; null where a pattern is asked for.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private init; }

    /// <summary>They need only begin with <see cref="Bytes"/>.</summary>
    public bool IsPrefix { get; private init; }

    /// <summary>The pattern; null where bytes are asked for.</summary>
    public JavaPattern? Pattern { get; private init; }

    /// <summary>Exactly these bytes.</summary>
    /// <exception cref="FormatException">What follows <c>hex:</c> is not hexadecimal.</exception>
    public static BytesTest Equal(string text) => new(text) { Bytes = Read(text) };

    /// <summary>Bytes that begin so.</summary>
    /// <exception cref="FormatException">What follows <c>hex:</c> is not hexadecimal.</exception>
    public static BytesTest Prefix(string text) => new(text) { Bytes = Read(text), IsPrefix = true };

    /// <summary>Bytes whose text <paramref name="pattern"/> matches whole.</summary>
    public static BytesTest Matching(JavaPattern pattern) =>
        new(pattern?.ToString() ?? throw new ArgumentNullException(nameof(pattern))) { Pattern = pattern };

    private static byte[] Read(string text) =>
        text.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(4)) : Encoding.UTF8.GetBytes(text);
}
