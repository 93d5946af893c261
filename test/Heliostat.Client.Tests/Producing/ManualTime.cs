namespace Heliostat.Client.Tests.Producing;

/// <summary>A clock that stands still until it is moved, with an odd tick rate.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = 12_345;

    public override long TimestampFrequency => 9_973;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by) => _ticks += (long)Math.Ceiling(by.TotalSeconds * TimestampFrequency);
}
