using System.Diagnostics.Metrics;
using Heliostat.Commands;
using Heliostat.Metrics;

namespace Heliostat.Tests.Metrics;

public sealed class MirrorMeterTests
{
    [Theory]
    [InlineData("https://name:secret@collector.example:4318", "https://collector.example:4318")]
    [InlineData("https://collector.example/receiver/v1/otlp/secret?key=secret", "https://collector.example")]
    [InlineData("secret", "an address that is no URL")]
    public void Where_metrics_are_sent_is_said_without_what_may_be_a_secret(string endpoint, string said) =>
        Assert.Equal(said, Telemetry.Where(endpoint));

    [Fact]
    public void Who_listens_hears_flows_and_topics()
    {
        using var meter = new MirrorMeter(() => Snapshots.Everything);
        List<string> heard = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MirrorMeter.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, $"{value}", tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument,
            FormattableString.Invariant($"{value}"), tags));
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Contains("heliostat.lag flow=A->B topic=orders 12.5 s", heard);
        Assert.Contains("heliostat.records flow=A->B topic=orders 80 {record}", heard);
        Assert.Contains("heliostat.lanes flow=A->B state=failed 1 {lane}", heard);
        Assert.Contains("heliostat.losses flow=A->B topic=orders kind=gap 2 {loss}", heard);

        void Hear(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            heard.Add(
                $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))} {value} {instrument.Unit}");
    }
}
