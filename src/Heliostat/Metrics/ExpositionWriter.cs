using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Metrics;

/// <summary>
/// Writes metrics as text: a family's head, then its samples. Nothing is allocated for a sample.
/// </summary>
internal sealed class ExpositionWriter(IBufferWriter<byte> output, Exposition format)
{
    private const int LongestNumber = 32;

    /// <summary>Larger ones are written with an exponent.</summary>
    private const double LargestWhole = 1e15;

    private static readonly byte[][] Bounds =
    [
        .. Latencies.BoundsSeconds.Select(bound => LabelText.Render(("le", bound.ToString("0.0###", CultureInfo.InvariantCulture)))),
        LabelText.Render(("le", "+Inf")),
    ];

    private byte[] _name = [];

    /// <summary>Begins a family: the samples that follow are its.</summary>
    public void Family(Metric metric)
    {
        _name = Encoding.UTF8.GetBytes(metric.Name);
        var isOpen = format == Exposition.OpenMetrics;
        var family = !isOpen ? metric.Name : metric.Kind switch
        {
            MetricKind.Counter => metric.Name[..^"_total".Length],
            MetricKind.Fact => metric.Name[..^"_info".Length],
            _ => metric.Name,
        };
        var type = metric.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            MetricKind.Fact when isOpen => "info",
            _ => "gauge",
        };
        Encoding.UTF8.GetBytes($"# HELP {family} {metric.Help}\n# TYPE {family} {type}\n", output);
    }

    /// <summary>
    /// A sample of the family, of tens of thousands: it is compiled as it will stay. <paramref name="labels"/> and <paramref name="more"/>
    /// are rendered (<see cref="LabelText"/>), and may be empty.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sample(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> more, long value)
    {
        var line = output.GetSpan(_name.Length + labels.Length + more.Length + LongestNumber);
        var at = Begin(line, labels, more);
        Utf8Formatter.TryFormat(value, line[at..], out var written);
        End(line, at + written);
    }

    public void Sample(ReadOnlySpan<byte> labels, long value) => Sample(labels, [], value);

    public void Sample(ReadOnlySpan<byte> labels, double value)
    {
        // Most are 0 or another whole number, which looks the same either way.
        if (Math.Abs(value) < LargestWhole && value == (long)value)
        {
            Sample(labels, [], (long)value);
            return;
        }

        var line = output.GetSpan(_name.Length + labels.Length + LongestNumber);
        var at = Begin(line, labels, []);
        value.TryFormat(line[at..], out var written, default, CultureInfo.InvariantCulture);
        End(line, at + written);
    }

    /// <summary>A histogram of the family; <paramref name="labels"/> are rendered.</summary>
    public void Histogram(ReadOnlySpan<byte> labels, Latencies took)
    {
        var family = _name;
        var total = 0L;
        _name = [.. family, .. "_bucket"u8];
        for (var i = 0; i < Bounds.Length; i++)
        {
            total += took.Counts[i];
            Sample(labels, Bounds[i], total);
        }

        _name = [.. family, .. "_sum"u8];
        Sample(labels, took.SumSeconds);
        _name = [.. family, .. "_count"u8];
        Sample(labels, total);
        _name = family;
    }

    /// <summary>Nothing follows.</summary>
    public void End()
    {
        if (format == Exposition.OpenMetrics)
        {
            output.Write("# EOF\n"u8);
        }
    }

    private int Begin(Span<byte> line, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> more)
    {
        _name.CopyTo(line);
        var at = _name.Length;
        if (labels.Length + more.Length > 0)
        {
            line[at++] = (byte)'{';
            labels.CopyTo(line[at..]);
            at += labels.Length;
            if (more.Length > 0 && labels.Length > 0)
            {
                line[at++] = (byte)',';
            }

            more.CopyTo(line[at..]);
            at += more.Length;
            line[at++] = (byte)'}';
        }

        line[at++] = (byte)' ';
        return at;
    }

    private void End(Span<byte> line, int at)
    {
        line[at++] = (byte)'\n';
        output.Advance(at);
    }
}
