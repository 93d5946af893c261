using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>
/// The same requests to a real broker and to an embedded one, whose answers are compared as text. What cannot be the same is masked:
/// timestamps that a broker made, checksums over them, and the bounds of time in messages.
/// </summary>
internal sealed partial class Duel : IAsyncDisposable
{
    private static readonly TimeSpan TopicWithin = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;
    private readonly KafkaCluster _real;
    private readonly EmbeddedCluster _embedded;
    private readonly List<string> _history = [];
    private readonly StringBuilder _differences = new();

    private Duel(TemporaryFolder folder, KafkaCluster real, EmbeddedCluster embedded, RawClient realClient, RawClient embeddedClient)
    {
        _folder = folder;
        _real = real;
        _embedded = embedded;
        Real = realClient;
        Embedded = embeddedClient;
    }

    /// <summary>The embedded one.</summary>
    public EmbeddedCluster Cluster => _embedded;

    public RawClient Real { get; private set; }

    public RawClient Embedded { get; private set; }

    /// <summary>Starts both with these settings; the embedded one on disk, where answers end at the same bytes.</summary>
    public static async Task<Duel> StartAsync(IReadOnlyDictionary<string, string> properties)
    {
        var real = await KafkaCluster.StartAsync(new KafkaClusterOptions { Properties = properties }, CancellationToken.None);
        var folder = new TemporaryFolder("duel");
        var embedded = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { BrokerConfigs = properties, DataDirectory = folder.Path }, CancellationToken.None);
        return new Duel(
            folder,
            real,
            embedded,
            await RawClient.ConnectAsync(real.BootstrapServers, CancellationToken.None),
            await RawClient.ConnectAsync(embedded.BootstrapServers, CancellationToken.None));
    }

    /// <summary>Creates a topic on both and waits until both lead it.</summary>
    public async Task CreateTopicAsync(string name, params (string Name, string Value)[] configs)
    {
        var request = new CreateTopicsRequest
        {
            TimeoutMs = 30_000,
            Topics =
            [
                new CreatableTopic
                {
                    Name = name,
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config => new CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
        };
        foreach (var client in (RawClient[])[Real, Embedded])
        {
            var response = await client.CallAsync(request, 7, CancellationToken.None);
            Assert.Equal((name, ErrorCode.None), (response.Topics[0].Name, response.Topics[0].ErrorCode));
            await Eventually.ValueAsync(
                $"{name} to be led", TopicWithin, async _ => (await client.FetchAsync(name, 0, 0)).ErrorCode,
                error => error == ErrorCode.None, CancellationToken.None);
        }
    }

    /// <summary>Sets a topic's config on both.</summary>
    public async Task SetConfigAsync(string topic, string name, string value)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new IncrementalAlterConfigsAlterConfigsResource
                {
                    ResourceType = ConfigResourceType.Topic,
                    ResourceName = topic,
                    Configs = [new IncrementalAlterConfigsAlterableConfig { Name = name, Value = value }],
                },
            ],
        };
        foreach (var client in (RawClient[])[Real, Embedded])
            Assert.Equal(ErrorCode.None, (await client.CallAsync(request, 1, CancellationToken.None)).Responses[0].ErrorCode);
    }

    /// <summary>Asks both and compares; a connection that one of them closes is opened again.</summary>
    public async Task<bool> SameAsync(string what, Func<RawClient, Task<string>> ask)
    {
        var answers = await Task.WhenAll(AnswerAsync(Real, ask), AnswerAsync(Embedded, ask));
        _history.Add($"{what} -> {answers[0][..Math.Min(answers[0].Length, 100)]}");
        if (answers[0] != answers[1])
        {
            _differences.AppendLine(CultureInfo.InvariantCulture,
                $"step {_history.Count}: {what}\n   real:     {Excerpt(answers[0], answers[1])}\n   embedded: "
                    + $"{Excerpt(answers[1], answers[0])}");
        }

        if (answers[0] == Closed) Real = await ReopenAsync(Real, _real.BootstrapServers);
        if (answers[1] == Closed) Embedded = await ReopenAsync(Embedded, _embedded.BootstrapServers);
        return answers[0] == answers[1];
    }

    /// <summary>Fails with all differences since the last time.</summary>
    public void AssertNoDifference(string about)
    {
        if (_differences.Length > 0) _differences.AppendLine("what came before:").AppendJoin('\n', _history.TakeLast(40));
        var seen = _differences.ToString();
        _differences.Clear();
        _history.Clear();
        Assert.True(seen.Length == 0, $"{about}\n{seen}");
    }

    public async ValueTask DisposeAsync()
    {
        await Real.DisposeAsync();
        await Embedded.DisposeAsync();
        await _embedded.DisposeAsync();
        await _real.DisposeAsync();
        _folder.Dispose();
    }

    public static string Text(PartitionProduceResponse row, bool stamped)
    {
        var errors = string.Join(", ", row.RecordErrors.Select(error => $"{error.BatchIndex}:{Mask(error.BatchIndexErrorMessage)}"));
        var time = row.LogAppendTimeMs == -1 || !stamped ? $"{row.LogAppendTimeMs}" : "now";
        return $"{row.ErrorCode} base {row.BaseOffset} time {time} start {row.LogStartOffset} '{Mask(row.ErrorMessage)}' [{errors}]";
    }

    /// <summary>
    /// Every byte of every batch; where the broker stamps its time, that and the checksum are masked after they were checked.
    /// </summary>
    public static string Text(byte[] records)
    {
        var text = new StringBuilder();
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(records.AsSpan()).ToArray();
            if (!RecordBatch.IsCrcValid(batch)) text.Append("BAD CRC ");
            var header = new RecordBatchHeader(batch);
            if (header.TimestampType == TimestampType.LogAppendTime || header.IsControl)
            {
                BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchHeader.MaxTimestampOffset), 0);
                if (header.IsControl) BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchHeader.BaseTimestampOffset), 0);
                BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcOffset), 0);
            }

            text.Append(Convert.ToHexString(batch)).Append(' ');
        }

        // What is cut off may hold the broker's time, and a checksum over it.
        var rest = records.AsSpan(walker.Position);
        if (rest.Length > 0) text.Append(CultureInfo.InvariantCulture,
            $"and {rest.Length} bytes {Convert.ToHexString(rest[..Math.Min(rest.Length, RecordBatchHeader.CrcOffset)])}");
        return text.ToString();
    }

    private const string Closed = "connection closed";

    private static async Task<string> AnswerAsync(RawClient client, Func<RawClient, Task<string>> ask)
    {
        try
        {
            return await ask(client);
        }
        catch (IOException)
        {
            return Closed;
        }
    }

    private static async Task<RawClient> ReopenAsync(RawClient client, string bootstrap)
    {
        await client.DisposeAsync();
        return await RawClient.ConnectAsync(bootstrap, CancellationToken.None);
    }

    /// <summary>The text around where it begins to differ from the other.</summary>
    private static string Excerpt(string text, string other)
    {
        var at = text.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return text.Length < 300 ? text : $"[{at}/{text.Length}] ..{text[Math.Max(0, at - 150)..Math.Min(text.Length, at + 150)]}..";
    }

    private static string Mask(string? message) => message is null ? "<null>" : TimeBounds().Replace(message, "[..]");

    [GeneratedRegex(@"\[-?\d+, -?\d+\]")]
    private static partial Regex TimeBounds();
}
