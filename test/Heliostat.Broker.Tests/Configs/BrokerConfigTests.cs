using System.Collections.Immutable;
using Heliostat.Broker.Configs;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Tests.Configs;

public sealed class BrokerConfigTests
{
    [Theory]
    [InlineData("log.retention.ms", "soon", "Invalid value soon for configuration log.retention.ms: Not a number of type LONG")]
    [InlineData("num.partitions", "x", "Invalid value x for configuration num.partitions: Not a number of type INT")]
    [InlineData("num.partitions", "0", "Invalid value 0 for configuration num.partitions: Value must be at least 1")]
    public async Task Brokers_do_not_start_with_a_setting_that_cannot_be(string name, string value, string problem)
    {
        var options = new EmbeddedClusterOptions { BrokerConfigs = new Dictionary<string, string> { [name] = value } };

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => EmbeddedCluster.StartAsync(options, CancellationToken.None));

        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num.partitions", true)]
    [InlineData("log.roll.hours", true)]
    [InlineData("super.users", true)]
    [InlineData("log.cleaner.enable", false)]
    [InlineData("no.such.setting", false)]
    public async Task A_setting_without_effect_is_said(string name, bool hasEffect)
    {
        using var said = new Warnings();
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                BrokerConfigs = new Dictionary<string, string> { [name] = name == "log.cleaner.enable" ? "false" : "1" }
            }, said, CancellationToken.None);

        Assert.Equal(hasEffect ? [] : [$"The setting {name} has no effect here"], said.All);
    }

    [Theory]
    [InlineData(2 * 3_600_000L, "log.retention.hours=2")]
    [InlineData(60_000L, "log.retention.hours=2", "log.retention.minutes=1")]
    [InlineData(5L, "log.retention.hours=2", "log.retention.minutes=1", "log.retention.ms=5")]
    [InlineData(-1L, "log.retention.hours=-1")]
    public void Retention_goes_by_the_finest_unit_that_is_set(long retentionMs, params string[] settings) =>
        Assert.Equal(retentionMs, TopicConfigs.LogOptions(ImmutableSortedDictionary<string, string>.Empty, Settings(settings)).RetentionMs);

    [Theory]
    [InlineData(3_600_000L, "log.roll.hours=1")]
    [InlineData(5L, "log.roll.hours=1", "log.roll.ms=5")]
    public void Segments_are_rolled_by_the_finest_unit_that_is_set(long segmentMs, params string[] settings) =>
        Assert.Equal(segmentMs, TopicConfigs.LogOptions(ImmutableSortedDictionary<string, string>.Empty, Settings(settings)).SegmentMs);

    private static ImmutableSortedDictionary<string, string> Settings(string[] settings) =>
        settings.Select(setting => setting.Split('=')).ToImmutableSortedDictionary(parts => parts[0], parts => parts[1]);

    private sealed class Warnings : ILoggerFactory, ILogger
    {
        public List<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) All.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
