using System.Buffers;
using System.Text;
using Heliostat.Metrics;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Tests.Metrics;

/// <summary>Pages as text.</summary>
internal static class PageText
{
    public static string OfMain(EngineSnapshot engine, Exposition format = Exposition.Text) =>
        Of(format, writer => new MainPage(new Labels()).Write(writer, engine, new ProcessUse { Collections = [3, 2, 1], StartedAt = 1.5 }));

    public static string OfLanes(EngineSnapshot engine, LaneChoice choice, Exposition format = Exposition.Text) =>
        Of(format, writer => new LanesPage(new Labels()).Write(writer, engine, choice));

    public static string OfMm2(EngineSnapshot engine, string dialect, Exposition format = Exposition.Text) =>
        Of(format, writer => new Mm2Page().Write(writer, engine, Mm2Names.Find(dialect)!));

    public static string Of(Exposition format, Action<ExpositionWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new ExpositionWriter(output, format));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The samples of one metric, without its head.</summary>
    public static string[] Samples(string page, Metric metric) =>
        [.. page.Split('\n').Where(line => line.StartsWith(metric.Name + "{", StringComparison.Ordinal)
            || line.StartsWith(metric.Name + " ", StringComparison.Ordinal))];
}
