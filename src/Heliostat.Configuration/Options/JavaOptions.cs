namespace Heliostat.Configuration.Options;

/// <summary>The JVM that classes of the user's run in, beside the mirror.</summary>
public sealed record JavaOptions
{
    /// <summary>How long it may take for one batch where nobody says.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The folder of a JDK; empty for the one on the path.</summary>
    public string Home { get; init; } = "";

    /// <summary>Jars and folders, as the option <c>-cp</c> of Java takes them: the user's, and Kafka's.</summary>
    public required string ClassPath { get; init; }

    /// <summary>Options of the JVM, separated by blanks, behind Heliostat's own.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>How long it may take for the records of one batch; then it is ended, and asked again.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;
}
