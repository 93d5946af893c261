using System.Reflection;
using Xunit.Sdk;

namespace Heliostat.Testing.Codecs;

/// <summary>A row of a theory with a codec among its arguments: skipped, saying why, where this machine lacks the codec's library.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CodecDataAttribute : DataAttribute
{
    private readonly object[] _row;
    private string? _skip;

    public CodecDataAttribute(params object[] row)
    {
        _row = row;
    }

    /// <inheritdoc/>
    public override string? Skip
    {
        get => _skip ?? CodecRequirement.Missing(_row);
        set => _skip = value;
    }

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [_row];
}
