using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Flows;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Demo.Consumers;

/// <summary>
/// Keeps the group's offsets on the target where its application would go on there, translated by what the mirror saw acknowledged.
/// </summary>
internal sealed class TranslationLoop(KafkaClient target, GroupLoop group, MirrorEngine engine, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly GroupOffsets _offsets = new(target, DemoTopics.Group, time, loggers);
    private readonly ConcurrentDictionary<TopicPartition, long> _translated = [];

    /// <summary>What is committed on the target.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Translated => _translated;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await TranslateAsync(ct);
        }
    }

    /// <summary>Commits what changed; a partition whose offset cannot be told yet keeps the one it has.</summary>
    public async Task TranslateAsync(CancellationToken ct)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> changed = [];
        foreach (var (partition, offset) in group.Committed)
        {
            if (engine.ToTarget(partition, offset) is { } at && _translated.GetValueOrDefault(partition, -1) != at)
            {
                changed[partition] = new OffsetAndMetadata(at);
            }
        }

        if (changed.Count == 0)
        {
            return;
        }

        try
        {
            if ((await _offsets.CommitAsync(changed, ct)).Outcome == CommitOutcome.Committed)
            {
                foreach (var (partition, at) in changed)
                {
                    _translated[partition] = at.Offset;
                }
            }
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            // A broker is away; the next turn commits what is newest then.
        }
    }
}
