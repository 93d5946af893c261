using System.Diagnostics.CodeAnalysis;

namespace Heliostat.Transport.Security;

/// <summary>A value that is never printed, Kafka's <c>Password</c>. Two are equal when their values are.</summary>
public readonly struct Secret(string value) : IEquatable<Secret>
{
    private readonly string? _value = value;

    /// <summary>True when nothing is in it: no value was given, or an empty one.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_value);

    /// <summary>The value itself, for the one place that sends or opens something with it.</summary>
    public string Reveal() => _value ?? "";

    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);

    public bool Equals(Secret other) => Reveal() == other.Reveal();

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Secret other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Reveal());

    public override string ToString() => "[hidden]";
}
