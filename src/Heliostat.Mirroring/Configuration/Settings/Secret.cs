namespace Heliostat.Mirroring.Configuration.Settings;

/// <summary>A value that is never printed, Kafka's <c>Password</c>.</summary>
public readonly struct Secret(string value)
{
    /// <summary>The value itself, for the one place that sends it.</summary>
    public string Reveal() => value;

    public override string ToString() => "[hidden]";
}
