namespace Heliostat.Mirroring.Java;

/// <summary>The JVM does not answer, or answers what cannot be read; the message says why, for people.</summary>
internal sealed class JavaException : Exception
{
    public JavaException(string message)
        : base(message)
    {
    }

    public JavaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public JavaException()
    {
    }

    /// <summary>It may be otherwise the next time: it was too slow, or somebody killed it.</summary>
    public bool MayPass { get; init; }
}
