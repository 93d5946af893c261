using System.Globalization;
using Heliostat.Mirroring.Audit;

namespace Heliostat.Output;

/// <summary>How far a verification is, and about how long it still takes.</summary>
internal sealed class VerifyProgress(Func<IReadOnlyList<LaneReport>> lanes, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private (long At, double Done)? _first;

    public string Line()
    {
        var all = lanes();
        var span = all.Sum(lane => Math.Max(0, lane.SourceEnd - Math.Max(0, lane.From)));
        var done = all.Sum(lane => lane.IsThrough ? Math.Max(0, lane.SourceEnd - Math.Max(0, lane.From))
            : Math.Max(0, lane.To - lane.From));
        var part = span == 0 ? 0 : (double)done / span;
        _first ??= (time.GetTimestamp(), part);
        var passed = time.GetElapsedTime(_first.Value.At);
        var gained = part - _first.Value.Done;
        var left = gained > 0.001 ? passed * ((1 - part) / gained) : (TimeSpan?)null;
        var found = all.Sum(lane => lane.Found.Values.Sum());
        var bytes = all.Sum(lane => lane.Counts.Bytes);
        var rate = bytes / Math.Max(0.1, time.GetElapsedTime(_began).TotalSeconds);
        var filled = (int)(part * 20);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('.', 20 - filled)}] {part * 100:0.0} %  "
                + $"{all.Sum(lane => lane.Counts.Verified)} records  {Quantity.Bytes(bytes)} ({Quantity.Bytes((long)rate)}/s)"
            + $"{(left is { } rest ? $"  about {rest:h\\:mm\\:ss} left" : "")}{(found > 0 ? $"  {found} DIFFERENCES" : "")}");
    }
}
